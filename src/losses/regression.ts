// Losses between numbers.

import { checkNumber, checkOptions } from "../errors.js";
import { createLoss, type Loss } from "./loss.js";

/**
 * Mean squared error: `mean over the outputs of (yTrue - yPred)^2` for each row, then the mean over the rows.
 * Follows keras.losses.MeanSquaredError. Shortcut: "mse".
 *
 * @example
 * net.compile({ optimizer: "sgd", loss: losses.meanSquaredError() });
 */
export function meanSquaredError(): Loss {
  return createLoss("meanSquaredError", "values", {}, "meanSquaredError");
}

/**
 * Mean absolute error: `mean over the outputs of |yTrue - yPred|` for each row, then the mean over the rows.
 * Follows keras.losses.MeanAbsoluteError. Shortcut: "mae".
 *
 * @example
 * net.compile({ optimizer: "adam", loss: "mae" });
 */
export function meanAbsoluteError(): Loss {
  return createLoss("meanAbsoluteError", "values", {}, "meanAbsoluteError");
}

export interface HuberOptions {
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
  checkOptions("losses.huber", options, ["delta"]);
  const delta = checkNumber("losses.huber", "delta", options.delta ?? 1, Number.MIN_VALUE);
  return createLoss("huber", "values", { delta }, "huber", delta);
}
