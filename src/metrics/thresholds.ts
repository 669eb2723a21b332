// Counts above thresholds, from which the metrics of decisions are made: true and false positives and negatives.

import { checkInteger, describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { place } from "./predictions.js";

/** One result for each threshold: predictions above it count as positive. */
export interface ThresholdOptions {
  /** A number in [0, 1], or a list, which gives a result for each; default 0.5. */
  thresholds?: number | readonly number[];
}

/** Throws unless all thresholds are in [0, 1]. */
export function checkThresholds(where: string, given: number | readonly number[]): readonly number[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const value of list) {
    if (typeof value === "number" && value >= 0 && value <= 1) continue;
    throw new RangeError(explain(where, "thresholds must be in [0, 1]", describeValue(value)));
  }
  if (list.length > 0) return list as readonly number[];
  throw new RangeError(explain(where, "thresholds must not be empty", "an empty list"));
}

/** What is counted; `part` cuts it out of the sums. */
export interface Counts {
  /** For each threshold what is above it and true. */
  readonly hits: ArrayLike<number>;
  /** For each threshold what is above it. */
  readonly above: ArrayLike<number>;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * The tensors to be added up: hits and what is above, [batch, thresholds], positives and negatives, [batch, 1]. `truth` and
 * `p` are [batch, n]; what is not 0 in `truth` is true.
 */
export function countTensors(
  truth: SymbolicTensor,
  p: SymbolicTensor,
  thresholds: readonly number[],
  weights?: readonly number[],
): SymbolicTensor[] {
  const positive = ops.notEqual(truth, 0);
  const above = (columns: SymbolicTensor, limits: number | readonly number[]): SymbolicTensor =>
    ops.greater(columns, typeof limits === "number" ? limits : [[...limits]]);
  const total = (x: SymbolicTensor): SymbolicTensor =>
    ops.sum(weights === undefined ? x : ops.mul(x, [[...weights]]), 1, { keepDims: true });
  const ends = [total(positive), total(ops.sub(1, positive))];
  const columns = p.shape[1] as number;
  if (columns < thresholds.length) {
    // All thresholds at once, column by column.
    const parts = Array.from({ length: columns }, (_, j) => {
      const over = above(ops.slice(p, j, 1), thresholds);
      const weighted = weights === undefined ? over : ops.mul(over, weights[j] as number);
      return { hits: ops.mul(weighted, ops.slice(positive, j, 1)), over: weighted };
    });
    const add = (tensors: readonly SymbolicTensor[]): SymbolicTensor => tensors.reduce((a, b) => ops.add(a, b));
    return [add(parts.map(({ hits }) => hits)), add(parts.map(({ over }) => over)), ...ends];
  }
  const over = thresholds.map((threshold) => above(p, threshold));
  const join = (tensors: readonly SymbolicTensor[]): SymbolicTensor => ops.concatenate(tensors);
  return [join(over.map((x) => total(ops.mul(x, positive)))), join(over.map(total)), ...ends];
}

/** The counts behind `countTensors` for so many thresholds, `offset` numbers into the sums. */
export function readCounts(sums: Float64Array, thresholds: number, offset = 0): Counts {
  const part = (i: number) => sums.subarray(offset + i * thresholds, offset + (i + 1) * thresholds);
  const [positives = 0, negatives = 0] = sums.subarray(offset + 2 * thresholds, offset + 2 * thresholds + 2);
  return { hits: part(0), above: part(1), positives, negatives };
}

/** `x / y`, and 0 for y = 0. */
export function ratio(x: number, y: number): number {
  return y === 0 ? 0 : x / y;
}

/** 1 for the k largest values of each row, of equal ones the first. */
export function largest(p: SymbolicTensor, k: number): SymbolicTensor {
  const columns = p.shape[1] as number;
  const numbers = [Array.from({ length: columns }, (_, j) => j)];
  let rest = p;
  let chosen: SymbolicTensor | null = null;
  for (let i = 0; i < Math.min(k, columns); i++) {
    const best = ops.equal(place(rest), numbers);
    chosen = chosen === null ? best : ops.add(chosen, best);
    rest = ops.where(best, -3e38, rest);
  }
  return chosen as SymbolicTensor;
}

/** The class that alone is looked at. */
export function checkClassId(where: string, classId: number | undefined): number | undefined {
  return classId === undefined ? undefined : checkInteger(where, "classId", classId, 0);
}

/** The column of a class, or all of them. */
export function columnOf(where: string, x: SymbolicTensor, classId: number | undefined): SymbolicTensor {
  if (classId === undefined) return x;
  const columns = x.shape[1] as number;
  if (classId < columns) return ops.slice(x, classId, 1);
  throw new RangeError(explain(where, `classId must be below the number of outputs, ${columns}`, classId));
}
