/** Of the logarithms of the numbers that are tried. */
const bounds = { low: Math.log(1e-300), high: Math.log(1e300) };
const precision = 1e-15;
const closeEnough = 1e-12;

/**
 * Where a continuous function of a positive number, −1 at 0, rises through 0. Infinity where it stays below up to 1e300. The
 * logarithm of the number is searched, since the functions here span many orders of magnitude: from `start` outwards in growing
 * steps, then between the last two.
 */
export function positiveRoot(rising: (x: number) => number, start: number): number {
  const value = (steps: number) => rising(start * Math.exp(steps));
  const [low, high] = [bounds.low - Math.log(start), bounds.high - Math.log(start)];
  let [a, b] = [0, 0];
  let [below, above] = [value(0), value(0)];
  for (let step = 0.5; above < 0; step *= 2) {
    if (b >= high) return Infinity;
    [a, below] = [b, above];
    b = Math.min(b + step, high);
    above = value(b);
  }
  for (let step = 0.5; below > 0 && a > low; step *= 2) {
    [b, above] = [a, below];
    a = Math.max(a - step, low);
    below = value(a);
  }
  return start * Math.exp(rootBetween(value, { x: a, f: below }, { x: b, f: above }));
}

interface Tried {
  x: number;
  f: number;
}

/** Chandrupatla 1997: inverse quadratic interpolation through the last three where it can be trusted, otherwise halving. */
function rootBetween(value: (x: number) => number, low: Tried, high: Tried): number {
  let [last, other, third] = [high, low, low];
  let part = 1 / 2;
  for (let round = 0; round < 200; round++) {
    const best = Math.abs(last.f) < Math.abs(other.f) ? last : other;
    const least = precision / Math.abs(other.x - last.x);
    if (Math.abs(best.f) < closeEnough || least > 1 / 2) return best.x;
    const x = last.x + Math.min(Math.max(part, least), 1 - least) * (other.x - last.x);
    const next = { x, f: value(x) };
    if (next.f < 0 === last.f < 0) third = last;
    else [third, other] = [other, last];
    last = next;
    part = interpolated(last, other, third);
  }
  return last.x;
}

/** How far from the last to the other one the root seems to be. */
function interpolated(last: Tried, other: Tried, third: Tried): number {
  const xi = (last.x - other.x) / (third.x - other.x);
  const phi = (last.f - other.f) / (third.f - other.f);
  if (phi ** 2 >= xi || (1 - phi) ** 2 >= 1 - xi) return 1 / 2;
  const [a, b, c] = [last.f, other.f, third.f];
  const distance = (third.x - last.x) / (other.x - last.x);
  return (a / (b - a)) * (c / (b - c)) + ((distance * a) / (c - a)) * (b / (c - b));
}
