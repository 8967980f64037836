/**
 * P(|T| ≥ t) for Student's t with `df` degrees of freedom: the two-sided p-value of a statistic. Without `df` the normal
 * distribution. `t` ≥ 0, `df` ≥ 1. Relative error below 1e-11 where the result is above 1e-300.
 */
export function tailProbability(t: number, df = Infinity): number {
  if (t === 0) return 1;
  if (df > 1e5) return normalTail(normalEquivalent(t, df));
  const x = df / (df + t * t);
  const toTheHalfDf = Math.exp((-df / 2) * Math.log1p((t * t) / df));
  const front = (betaFactor(df / 2) * toTheHalfDf * t) / Math.sqrt(df + t * t);
  if (x < (df / 2 + 1) / (df / 2 + 2.5)) return (front * betaFraction(x, df / 2, 0.5)) / (df / 2);
  return 1 - (front * betaFraction(1 - x, 0.5, df / 2)) / 0.5;
}

/**
 * The t with P(|T| ≥ t) = `alpha` (0 < alpha < 1): 1.96 for 0.05 and the normal distribution. Newton's method on the
 * logarithms of both: the tail's logarithm is concave in that of t, so that it converges from any start.
 */
export function criticalValue(alpha: number, df = Infinity): number {
  if (df !== Infinity) return find(alpha, df);
  if (alpha !== last.alpha) last = { alpha, z: find(alpha, df) };
  return last.z;
}

/** Of the normal distribution, which one level after the other asks for many times. */
let last = { alpha: NaN, z: NaN };

function find(alpha: number, df: number): number {
  let logT = Math.log(df === Infinity ? Math.sqrt(-2 * Math.log(alpha)) : criticalValue(alpha));
  for (let round = 0; round < 50; round++) {
    const t = Math.exp(logT);
    const tail = tailProbability(t, df);
    const step = (Math.log(tail / alpha) * tail) / (2 * t * density(t, df));
    logT += step;
    if (Math.abs(step) < 1e-13) break;
  }
  return Math.exp(logT);
}

function density(t: number, df: number): number {
  if (df === Infinity) return Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  return (betaFactor(df / 2) / Math.sqrt(df)) * Math.exp((-(df + 1) / 2) * Math.log1p((t * t) / df));
}

/** The z as improbable as t; error of the order df⁻². Hill 1970, "Algorithm 395: Student's t-distribution", first term. */
function normalEquivalent(t: number, df: number): number {
  return df === Infinity ? t : Math.sqrt((df - 0.5) * Math.log1p((t * t) / df));
}

/** P(|Z| ≥ z): the power series below 3, Laplace's continued fraction above. Abramowitz & Stegun 26.2.11 and 26.2.14. */
function normalTail(z: number): number {
  const twice = 2 * density(z, Infinity);
  if (z > 3) {
    let fraction = z;
    for (let k = 80; k > 0; k--) fraction = z + k / fraction;
    return twice / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; term > 1e-17 * sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 1 - twice * sum;
}

/** 1/B(a, ½) = Γ(a+½) / (Γ(a)·√π), by the asymptotic series of the ratio, its relative error below 1e-11 from a = 50 on. */
function betaFactor(a: number): number {
  let factor = 1 / Math.sqrt(Math.PI);
  for (; a < 50; a++) factor *= a / (a + 0.5);
  const r = 1 / a;
  const series = 1 - r / 8 + r ** 2 / 128 + (5 * r ** 3) / 1024 - (21 * r ** 4) / 32768;
  return factor * Math.sqrt(a) * series;
}

/** The continued fraction of the incomplete beta function, DLMF 8.17.22, by the method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}
