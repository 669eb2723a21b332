// Losses that compare predictions and targets as a whole: the angle between them, and how much they overlap.

import { checkNumber, explain, describeValue } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLossOptions, createLoss, type Loss, type LossOptions } from "./loss.js";

const rowSum = (x: SymbolicTensor): SymbolicTensor => ops.sum(x, 1, { keepDims: true });

// The square of a length that counts as zero.
const zeroLength = 1e-24;

/** Rows of length 1; rows of length 0 stay as they are and get no gradient. */
function unitRows(x: SymbolicTensor): SymbolicTensor {
  const squares = ops.sumSquares(x, 1, { keepDims: true });
  const inverse = ops.rsqrt(ops.maximum(squares, zeroLength));
  return ops.mul(x, ops.where(ops.greater(squares, zeroLength), inverse, 0));
}

/**
 * The cosine of the angle between targets and predictions, negative so that less is better: `-sum(unit(yTrue) unit(yPred))`
 * over the outputs; 0 when one of them is zero. Follows keras.losses.CosineSimilarity.
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.cosineSimilarity() });
 */
export function cosineSimilarity(options: LossOptions = {}): Loss {
  checkLossOptions("cosineSimilarity", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor =>
    ops.neg(rowSum(ops.mul(unitRows(yTrue), unitRows(yPred))));
  return createLoss({ name: "cosineSimilarity", targets: "values", rows }, options);
}

export interface OverlapOptions extends LossOptions {
  /** null (default): sums over the whole batch, one number. -1: sums over the outputs, one number a row. */
  axis?: null | -1;
}

export interface TverskyOptions extends OverlapOptions {
  /** The weight of what is missed, `yTrue (1 - yPred)`, at least 0; default 0.5. */
  alpha?: number;
  /** The weight of false alarms, `yPred (1 - yTrue)`, at least 0; default 0.5. */
  beta?: number;
}

/**
 * Dice loss: `1 - 2 sum(yTrue yPred) / (sum(yTrue) + sum(yPred) + 1e-7)`, targets in [0, 1]. Sample weights need axis -1.
 * Follows keras.losses.Dice.
 *
 * @throws RangeError for another axis.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.dice({ axis: -1 }) });
 */
export function dice(options: OverlapOptions = {}): Loss {
  checkLossOptions("dice", options, ["axis"]);
  const { axis, total } = summation("losses.dice", options.axis);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const both = ops.mul(total(ops.mul(yTrue, yPred)), 2);
    return ops.sub(1, ops.div(both, ops.add(ops.add(total(yTrue), total(yPred)), 1e-7)));
  };
  return createLoss({ name: "dice", targets: "binary", config: { axis }, rows }, options);
}

/**
 * Tversky loss: `1 - hit / (hit + alpha missed + beta false + 1e-7)` with `hit = sum(yTrue yPred)`,
 * `missed = sum(yTrue (1 - yPred))` and `false = sum(yPred (1 - yTrue))`, targets in [0, 1]. Sample weights need axis -1.
 * Follows keras.losses.Tversky as it computes; its text has alpha and beta the other way round.
 *
 * @throws RangeError for negative alpha or beta, and for another axis.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.tversky({ alpha: 0.7, beta: 0.3 }) });
 */
export function tversky(options: TverskyOptions = {}): Loss {
  checkLossOptions("tversky", options, ["alpha", "beta", "axis"]);
  const where = "losses.tversky";
  const alpha = checkNumber(where, "alpha", options.alpha ?? 0.5, 0);
  const beta = checkNumber(where, "beta", options.beta ?? 0.5, 0);
  const { axis, total } = summation(where, options.axis);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const hit = total(ops.mul(yTrue, yPred));
    const missed = total(ops.mul(yTrue, ops.sub(1, yPred)));
    const alarms = total(ops.mul(yPred, ops.sub(1, yTrue)));
    const all = ops.add(ops.add(hit, ops.mul(missed, alpha)), ops.add(ops.mul(alarms, beta), 1e-7));
    return ops.sub(1, ops.div(hit, all));
  };
  return createLoss({ name: "tversky", targets: "binary", config: { alpha, beta, axis }, rows }, options);
}

function summation(where: string, axis: unknown = null) {
  if (axis === null) return { axis, total: (x: SymbolicTensor): SymbolicTensor => ops.sum(x) };
  if (axis === -1) return { axis, total: rowSum };
  throw new RangeError(explain(where, "axis must be null (the whole batch) or -1 (each row)", describeValue(axis)));
}
