import { tailProbability } from './student-t.js';

/** Two tables that should be equally likely differ by less than this when their weights are computed on different ways. */
const tie = 1 + 1e-7;
const negligible = 1e-300;

/**
 * How improbable it is, given the sums of the table, that `k1` of `n1` and `k2` of `n2` differ as they do or less probably yet: Fisher 1935,
 * two-sided. Where each of the four expected counts is above 1,000, the likelihood ratio against χ² with one degree of freedom,
 * which cannot be told from it there. 0 below 1e-300. Whole numbers up to 10⁹, n1 and n2 at least 1.
 */
export function independenceP(k1: number, n1: number, k2: number, n2: number): number {
  const [k, n] = [k1 + k2, n1 + n2];
  const expected = [k, n - k].flatMap((column) => [(n1 * column) / n, (n2 * column) / n]);
  if (Math.min(...expected) > 1000) {
    const counts = [k1, k2, n1 - k1, n2 - k2];
    return tailProbability(Math.sqrt(likelihoodRatio(counts, expected)));
  }
  return exactP(k1, n1, k, n);
}

/** 2 Σ observed·ln(observed/expected); a table of two by two differs from its expectation by as much in every cell. */
function likelihoodRatio(counts: number[], expected: number[]): number {
  const difference = counts[0]! - expected[0]!;
  const signs = [1, -1, -1, 1];
  const terms = counts.map((count, i) =>
    count === 0 ? 0 : count * Math.log1p((signs[i]! * difference) / expected[i]!),
  );
  return Math.max(2 * sum(terms), 0);
}

/** The weights of all tables, relative to about the likeliest, so that nothing overflows; each follows from its neighbour. */
function exactP(observed: number, row: number, column: number, n: number): number {
  const [least, most] = [Math.max(0, column - (n - row)), Math.min(row, column)];
  const likeliest = Math.min(Math.max(Math.floor(((row + 1) * (column + 1)) / (n + 2)), least), most);
  const toNext = (k: number) => ((row - k) / (k + 1)) * ((column - k) / (n - row - column + k + 1));
  const above = weights(most - likeliest, (step) => toNext(likeliest + step));
  const below = weights(likeliest - least, (step) => 1 / toNext(likeliest - step - 1));
  const weight = (observed < likeliest ? below : above)[Math.abs(observed - likeliest)] ?? 0;
  const all = [...above, ...below.slice(1)];
  return sum(all.filter((other) => other <= weight * tie)) / sum(all);
}

/** From the likeliest table in one direction, as far as they count. */
function weights(most: number, factor: (step: number) => number): number[] {
  const found = [1];
  for (let step = 0; step < most && found[step]! > negligible; step++) found.push(found[step]! * factor(step));
  return found;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
