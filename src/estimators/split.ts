// Which rows early stopping keeps for validation.

import { proportionalShares } from "../data/folds.js";
import { explain } from "../errors.js";
import { purposes, RandomStream, type Seed } from "../random/philox.js";

export interface RowSplit {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Keeps `ceil(fraction * rows)` random rows. With `classes` (class numbers of the rows) each class has its share, by the method
 * of the largest remainder.
 */
export function splitForValidation(
  where: string,
  rows: number,
  fraction: number,
  seed: Seed,
  classes: ArrayLike<number> | null,
): RowSplit {
  const kept = Math.ceil(fraction * rows);
  if (kept < 2 || rows - kept < 1) {
    const expectation = "earlyStopping needs two or more rows for validation and one or more for training";
    const remedy = "Change validationFraction, or give more rows.";
    throw new RangeError(explain(where, expectation, `${kept} and ${rows - kept}`, remedy));
  }
  const order = new RandomStream(seed, purposes.general).permutation(rows);
  const shares = classes === null ? [kept] : sharesOf(where, classes, kept);
  const training: number[] = [];
  const validation: number[] = [];
  for (const row of order) {
    const group = classes === null ? 0 : (classes[row] as number);
    if ((shares[group] as number) > 0) {
      shares[group] = (shares[group] as number) - 1;
      validation.push(row);
    } else training.push(row);
  }
  return { training: Int32Array.from(training), validation: Int32Array.from(validation) };
}

/** How many rows of each class are kept. */
function sharesOf(where: string, classes: ArrayLike<number>, kept: number): number[] {
  const counts: number[] = [];
  for (let row = 0; row < classes.length; row++) {
    const group = classes[row] as number;
    while (counts.length <= group) counts.push(0);
    counts[group] = (counts[group] as number) + 1;
  }
  const rare = counts.indexOf(1);
  if (rare >= 0) {
    const remedy = "earlyStopping keeps rows of each class for validation.";
    throw new RangeError(
      explain(where, "expected two or more rows of each class", `1 of class number ${rare}`, remedy),
    );
  }
  return proportionalShares(counts, kept);
}
