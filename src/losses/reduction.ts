// From the values of rows to one number: reductions, sample weights and ignored rows, as Keras combines them.

import { explain, formatShape, ShapeError, unknownName } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import type { Loss } from "./loss.js";

/**
 * - "sumOverBatchSize" and "mean": the sum of the weighted values, divided by the number of rows.
 * - "sum": the sum of the weighted values.
 * - "meanWithSampleWeight": the sum of the weighted values, divided by the sum of the weights.
 *
 * Ignored rows have weight 0 and do not count as rows.
 */
export type Reduction = "sumOverBatchSize" | "mean" | "sum" | "meanWithSampleWeight";

const reductions: readonly Reduction[] = ["sumOverBatchSize", "mean", "sum", "meanWithSampleWeight"];

export function checkReduction(where: string, value: unknown): Reduction {
  if (value === undefined) return "sumOverBatchSize";
  if (value === null || value === "none") {
    const remedy = "To get one value a row, call the loss: losses.huber()(yTrue, yPred).";
    throw new RangeError(explain(where, "reduction must give one number to minimise", value ?? "null", remedy));
  }
  if (reductions.includes(value as Reduction)) return value as Reduction;
  throw unknownName(`${where}, reduction`, value, reductions);
}

/** The number to minimise for a batch. `where` begins errors; `weights` has shape [batch, 1]. */
export function reduceLoss(
  where: string,
  loss: Loss,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
  weights?: SymbolicTensor,
): SymbolicTensor {
  const values = loss(yTrue, yPred);
  const { reduction, ignoreClass } = loss;
  if (values.shape.length === 0) return batchMean(where, values, weights);
  const mask = ignoreClass === null ? undefined : ops.notEqual(ops.flatten(yTrue), ignoreClass);
  if (mask === undefined && reduction !== "sum" && (weights === undefined || reduction !== "meanWithSampleWeight")) {
    return batchMean(where, values, weights);
  }
  const rows = rowValues(where, values);
  const counted = weights === undefined ? mask : mask === undefined ? weights : ops.mul(weights, mask);
  const sum = ops.sum(counted === undefined ? rows : ops.mul(rows, counted));
  if (reduction === "sum") return sum;
  const divisor = reduction === "meanWithSampleWeight" ? counted : mask;
  return divideOrZero(sum, ops.sum(divisor as SymbolicTensor));
}

/** `x / y`, and 0 where y is 0: when every row is ignored. Follows keras.ops.divide_no_nan. */
export function divideOrZero(x: SymbolicTensor, y: SymbolicTensor): SymbolicTensor {
  const none = ops.equal(y, 0);
  return ops.where(none, 0, ops.div(x, ops.where(none, 1, y)));
}

/**
 * One number for a batch from what a loss or metric gave: the mean over everything that was given. Values of shape
 * [batch, n] are averaged over the columns first, as Keras does.
 */
export function batchMean(where: string, values: SymbolicTensor, weights?: SymbolicTensor): SymbolicTensor {
  if (values.shape.length === 0) {
    if (weights === undefined) return values;
    const remedy = "Give one value a row, shape [batch, 1]; dice and tversky do so with axis: -1.";
    throw new ShapeError(explain(where, "sample weights need one value a row", "a scalar", remedy));
  }
  const rows = rowValues(where, values);
  return ops.mean(weights === undefined ? rows : ops.mul(rows, weights));
}

/** Values [batch, 1]; several of a row are averaged. */
export function rowValues(where: string, values: SymbolicTensor): SymbolicTensor {
  const { shape } = values;
  if (shape[0] !== null) {
    const remedy = "Return one value a row, or reduce to a scalar with ops.mean(x).";
    throw new ShapeError(explain(where, "expected values of shape [batch, 1] or []", formatShape(shape), remedy));
  }
  const matrix = ops.flatten(values);
  return matrix.shape[1] === 1 ? matrix : ops.mean(matrix, 1, { keepDims: true });
}
