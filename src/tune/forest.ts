// A random forest of regression trees over the unit cube: what importances are read from.

import type { RandomStream } from "../random/philox.js";

/** A part of the cube in which a tree gives the same value. */
export interface Leaf {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly value: number;
}

export type Tree = readonly Leaf[];

const smallestSplit = 2;

/**
 * Trees on samples with replacement; at each node the cut of any axis that takes most from the sum of squares is made. Follows
 * Breiman, "Bagging Predictors" (1996): with few parameters, trees that see only some of the axes at a node find them all important.
 */
export function growForest(
  points: readonly Float64Array[],
  values: Float64Array,
  trees: number,
  random: RandomStream,
): Tree[] {
  const dimensions = points[0]?.length ?? 0;
  return Array.from({ length: trees }, () => {
    const rows = points.map(() => random.integer(points.length));
    const leaves: Leaf[] = [];
    grow(points, values, rows, new Float64Array(dimensions), new Float64Array(dimensions).fill(1), leaves);
    return leaves;
  });
}

function grow(
  points: readonly Float64Array[],
  values: Float64Array,
  rows: readonly number[],
  low: Float64Array,
  high: Float64Array,
  leaves: Leaf[],
): void {
  const mean = rows.reduce((sum, row) => sum + (values[row] as number), 0) / rows.length;
  const cut = rows.length < smallestSplit ? undefined : bestCut(points, values, rows, low.length);
  if (cut === undefined) {
    leaves.push({ low, high, value: mean });
    return;
  }
  const { axis, place } = cut;
  const [left, right] = [high.slice(), low.slice()];
  left[axis] = place;
  right[axis] = place;
  const below = (row: number) => ((points[row] as Float64Array)[axis] as number) < place;
  grow(points, values, rows.filter(below), low, left, leaves);
  grow(
    points,
    values,
    rows.filter((row) => !below(row)),
    right,
    high,
    leaves,
  );
}

/** Undefined when all values or all points are the same. */
function bestCut(
  points: readonly Float64Array[],
  values: Float64Array,
  rows: readonly number[],
  dimensions: number,
): { axis: number; place: number } | undefined {
  if (rows.every((row) => values[row] === values[rows[0] as number])) return undefined;
  const total = rows.reduce((sum, row) => sum + (values[row] as number), 0);
  let best: { axis: number; place: number; score: number } | undefined;
  for (let axis = 0; axis < dimensions; axis++) {
    const at = (row: number) => (points[row] as Float64Array)[axis] as number;
    const sorted = [...rows].sort((a, b) => at(a) - at(b));
    let sum = 0;
    for (let i = 1; i < sorted.length; i++) {
      const [before, after] = [sorted[i - 1] as number, sorted[i] as number];
      sum += values[before] as number;
      if (at(before) === at(after)) continue;
      // The larger, the smaller is what is left of the sum of squares.
      const score = sum ** 2 / i + (total - sum) ** 2 / (sorted.length - i);
      if (best === undefined || score > best.score) best = { axis, place: (at(before) + at(after)) / 2, score };
    }
  }
  return best;
}
