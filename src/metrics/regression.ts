// Errors between numbers, as metrics.

import * as ops from "../ops/index.js";
import { createMetric, type Metric } from "./metric.js";

/**
 * Mean squared error: `mean((yTrue - yPred)^2)`. Follows keras.metrics.MeanSquaredError. Shortcut: "mse".
 *
 * @example
 * net.compile({ loss: "mae", metrics: [metrics.meanSquaredError()] });
 */
export function meanSquaredError(): Metric {
  return createMetric("meanSquaredError", {}, (yTrue, yPred) => ops.square(ops.sub(yTrue, yPred)));
}

/**
 * Mean absolute error: `mean(|yTrue - yPred|)`. Follows keras.metrics.MeanAbsoluteError. Shortcut: "mae".
 *
 * @example
 * net.compile({ loss: "mse", metrics: ["mae"] });
 */
export function meanAbsoluteError(): Metric {
  return createMetric("meanAbsoluteError", {}, (yTrue, yPred) => ops.abs(ops.sub(yTrue, yPred)));
}
