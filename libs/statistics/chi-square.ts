import { tailProbability } from './student-t.js';

/** Whether the rows of a table are alike. */
export interface Homogeneity {
  statistic: number;
  degrees: number;
  /** How improbable rows that differ like these are by chance. */
  p: number;
}

/**
 * Pearson's chi-square test (1900) of whether all rows have the same distribution over the columns. Rows and columns without
 * a count are left out. Null where fewer than two of either are left.
 */
export function homogeneity(table: readonly (readonly number[])[]): Homogeneity | null {
  const rowSums = table.map(sum);
  const columnSums = (table[0] ?? []).map((_, column) => sum(table.map((row) => row[column]!)));
  const [rows, columns] = [rowSums.filter(isPositive).length, columnSums.filter(isPositive).length];
  if (rows < 2 || columns < 2) return null;
  const degrees = (rows - 1) * (columns - 1);
  const n = sum(rowSums);
  const parts = table.flatMap((row, i) =>
    row.map((count, j) => {
      const expected = (rowSums[i]! * columnSums[j]!) / n;
      return expected === 0 ? 0 : (count - expected) ** 2 / expected;
    }),
  );
  const statistic = sum(parts);
  return { statistic, degrees, p: chiSquareTail(statistic, degrees) };
}

/** P(χ² ≥ x) with `degrees` degrees of freedom, x ≥ 0. Abramowitz & Stegun 26.4.4 and 26.4.5. */
export function chiSquareTail(x: number, degrees: number): number {
  if (x === 0) return 1;
  const isOdd = degrees % 2 === 1;
  let tail = isOdd ? tailProbability(Math.sqrt(x)) : 0;
  let logGamma = isOdd ? Math.log(Math.sqrt(Math.PI) / 2) : 0;
  for (let a = isOdd ? 1 / 2 : 0; a < degrees / 2; a++) {
    tail += Math.exp(a * Math.log(x / 2) - x / 2 - logGamma);
    logGamma += Math.log(a + 1);
  }
  return Math.min(tail, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function isPositive(value: number): boolean {
  return value > 0;
}
