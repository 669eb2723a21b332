// Losses that ask for a margin between right and wrong.

import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLossOptions, createLoss, type Loss, type LossOptions } from "./loss.js";

/** What is missing to a margin of 1. Targets 0 count as -1. */
function shortfall(yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor {
  const sign = ops.where(ops.equal(yTrue, 0), -1, yTrue);
  return ops.maximum(ops.sub(1, ops.mul(sign, yPred)), 0);
}

/**
 * Hinge loss: `mean(max(1 - yTrue yPred, 0))` over the outputs, targets -1 and 1; 0 counts as -1 (Keras looks at the whole
 * batch first). Follows keras.losses.Hinge.
 *
 * @example
 * net.compile({ optimizer: "sgd", loss: losses.hinge() });
 */
export function hinge(options: LossOptions = {}): Loss {
  checkLossOptions("hinge", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor =>
    ops.mean(shortfall(yTrue, yPred), 1, { keepDims: true });
  return createLoss({ name: "hinge", targets: "values", rows }, options);
}

/**
 * Squared hinge loss: `mean(max(1 - yTrue yPred, 0)^2)` over the outputs, targets as for `hinge`.
 * Follows keras.losses.SquaredHinge.
 *
 * @example
 * net.compile({ optimizer: "sgd", loss: losses.squaredHinge() });
 */
export function squaredHinge(options: LossOptions = {}): Loss {
  checkLossOptions("squaredHinge", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor =>
    ops.mean(ops.square(shortfall(yTrue, yPred)), 1, { keepDims: true });
  return createLoss({ name: "squaredHinge", targets: "values", rows }, options);
}

/**
 * Categorical hinge loss: `max(neg - pos + 1, 0)` with `pos = sum(yTrue yPred)` and `neg = max((1 - yTrue) yPred)` over the
 * classes, targets one-hot. Follows keras.losses.CategoricalHinge.
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.categoricalHinge() });
 */
export function categoricalHinge(options: LossOptions = {}): Loss {
  checkLossOptions("categoricalHinge", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const right = ops.sum(ops.mul(yTrue, yPred), 1, { keepDims: true });
    const wrong = ops.max(ops.mul(ops.sub(1, yTrue), yPred), 1, { keepDims: true });
    return ops.maximum(ops.add(ops.sub(wrong, right), 1), 0);
  };
  return createLoss({ name: "categoricalHinge", targets: "categorical", rows }, options);
}
