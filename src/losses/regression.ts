// Losses between numbers.

import { checkFloat32, checkNumber } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLossOptions, createLoss, fromOp, type Loss, type LossOptions } from "./loss.js";

// What Keras calls epsilon.
const epsilon = 1e-7;

const rowMean = (x: SymbolicTensor): SymbolicTensor => ops.mean(x, 1, { keepDims: true });

/**
 * Mean squared error: `mean over the outputs of (yTrue - yPred)^2` for each row, then the mean over the rows.
 * Follows keras.losses.MeanSquaredError. Shortcut: "mse".
 *
 * @example
 * net.compile({ optimizer: "sgd", loss: losses.meanSquaredError() });
 */
export function meanSquaredError(options: LossOptions = {}): Loss {
  checkLossOptions("meanSquaredError", options);
  return createLoss({ name: "meanSquaredError", targets: "values", rows: fromOp("meanSquaredError") }, options);
}

/**
 * Mean absolute error: `mean over the outputs of |yTrue - yPred|` for each row, then the mean over the rows.
 * Follows keras.losses.MeanAbsoluteError. Shortcut: "mae".
 *
 * @example
 * net.compile({ optimizer: "adam", loss: "mae" });
 */
export function meanAbsoluteError(options: LossOptions = {}): Loss {
  checkLossOptions("meanAbsoluteError", options);
  return createLoss({ name: "meanAbsoluteError", targets: "values", rows: fromOp("meanAbsoluteError") }, options);
}

/**
 * Mean absolute percentage error: `100 mean(|yTrue - yPred| / max(|yTrue|, 1e-7))` over the outputs.
 * Follows keras.losses.MeanAbsolutePercentageError. Shortcut: "mape".
 *
 * @example
 * net.compile({ optimizer: "adam", loss: "mape" });
 */
export function meanAbsolutePercentageError(options: LossOptions = {}): Loss {
  checkLossOptions("meanAbsolutePercentageError", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const size = ops.maximum(ops.abs(yTrue), epsilon);
    return ops.mul(rowMean(ops.abs(ops.div(ops.sub(yTrue, yPred), size))), 100);
  };
  return createLoss({ name: "meanAbsolutePercentageError", targets: "values", rows }, options);
}

/**
 * Mean squared logarithmic error: `mean((log(1 + yTrue) - log(1 + yPred))^2)` over the outputs; numbers below 1e-7 count
 * as 1e-7. Follows keras.losses.MeanSquaredLogarithmicError. Shortcut: "msle".
 *
 * @example
 * net.compile({ optimizer: "adam", loss: "msle" });
 */
export function meanSquaredLogarithmicError(options: LossOptions = {}): Loss {
  checkLossOptions("meanSquaredLogarithmicError", options);
  const logarithm = (x: SymbolicTensor): SymbolicTensor => ops.log1p(ops.maximum(x, epsilon));
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor =>
    rowMean(ops.square(ops.sub(logarithm(yPred), logarithm(yTrue))));
  return createLoss({ name: "meanSquaredLogarithmicError", targets: "values", rows }, options);
}

/**
 * The logarithm of the hyperbolic cosine of the error, `mean(log(cosh(yPred - yTrue)))` over the outputs: quadratic for
 * small errors, linear for large ones, and smooth. Follows keras.losses.LogCosh.
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.logCosh() });
 */
export function logCosh(options: LossOptions = {}): Loss {
  checkLossOptions("logCosh", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const error = ops.abs(ops.sub(yPred, yTrue));
    // Each side keeps its relative precision where it is used: log(cosh(x)) = -log(1 - tanh(x)^2) / 2.
    const small = ops.mul(ops.log1p(ops.neg(ops.square(ops.tanh(ops.minimum(error, 1))))), -0.5);
    const large = ops.sub(ops.add(error, ops.log1p(ops.exp(ops.mul(error, -2)))), Math.LN2);
    return rowMean(ops.where(ops.less(error, 1), small, large));
  };
  return createLoss({ name: "logCosh", targets: "values", rows }, options);
}

export interface HuberOptions extends LossOptions {
  /** The error from which on the loss grows linearly, above 0; default 1. */
  delta?: number;
}

/**
 * Huber's loss, quadratic for small errors e = yTrue - yPred and linear for large ones:
 * `|e| <= delta ? e^2 / 2 : delta |e| - delta^2 / 2`, averaged over the outputs. Follows keras.losses.Huber.
 *
 * @throws RangeError for delta <= 0.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.huber({ delta: 0.5 }) });
 */
export function huber(options: HuberOptions = {}): Loss {
  checkLossOptions("huber", options, ["delta"]);
  const delta = checkFloat32("losses.huber", "delta", options.delta ?? 1, Number.MIN_VALUE);
  return createLoss({ name: "huber", targets: "values", config: { delta }, rows: fromOp("huber", delta) }, options);
}

export interface QuantileOptions extends LossOptions {
  /** The quantile to predict, in [0, 1]; default 0.5, the median. */
  quantile?: number;
}

/**
 * The quantile (pinball) loss of errors e = yTrue - yPred: `max(q e, (q - 1) e)`, averaged over the outputs. A network that
 * minimises it predicts the q-quantile. Follows sklearn.metrics.mean_pinball_loss; Keras has none.
 *
 * @throws RangeError for a quantile outside [0, 1].
 * @example
 * net.compile({ optimizer: "adam", loss: losses.quantile({ quantile: 0.9 }) });
 */
export function quantile(options: QuantileOptions = {}): Loss {
  checkLossOptions("quantile", options, ["quantile"]);
  const q = checkNumber("losses.quantile", "quantile", options.quantile ?? 0.5, 0, 1);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const error = ops.sub(yTrue, yPred);
    return rowMean(ops.maximum(ops.mul(error, q), ops.mul(error, q - 1)));
  };
  return createLoss({ name: "quantile", targets: "values", config: { quantile: q }, rows }, options);
}
