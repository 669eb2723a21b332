// Errors between numbers, as metrics.

import {
  meanAbsoluteError as meanAbsoluteErrorLoss,
  meanSquaredError as meanSquaredErrorLoss,
} from "../losses/regression.js";
import { cosineSimilarity as cosineSimilarityLoss } from "../losses/similarity.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, type MeanMetric, type MetricOptions, meanMetric } from "./metric.js";

/**
 * Mean squared error: `mean((yTrue - yPred)^2)`. Follows keras.metrics.MeanSquaredError. Shortcut: "mse".
 *
 * @example
 * net.compile({ loss: "mae", metrics: [metrics.meanSquaredError()] });
 */
export function meanSquaredError(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("meanSquaredError", options);
  return meanMetric("meanSquaredError", options, {}, meanSquaredErrorLoss());
}

/**
 * Root of the mean squared error: `sqrt(mean((yTrue - yPred)^2))` over all rows.
 * Follows keras.metrics.RootMeanSquaredError. Shortcut: "rmse".
 *
 * @example
 * net.compile({ loss: "mse", metrics: ["rmse"] });
 */
export function rootMeanSquaredError(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("rootMeanSquaredError", options);
  return meanMetric("rootMeanSquaredError", options, {}, meanSquaredErrorLoss(), Math.sqrt);
}

/**
 * Mean absolute error: `mean(|yTrue - yPred|)`. Follows keras.metrics.MeanAbsoluteError. Shortcut: "mae".
 *
 * @example
 * net.compile({ loss: "mse", metrics: ["mae"] });
 */
export function meanAbsoluteError(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("meanAbsoluteError", options);
  return meanMetric("meanAbsoluteError", options, {}, meanAbsoluteErrorLoss());
}

/**
 * The cosine of the angle between targets and predictions, `mean(sum(unit(yTrue) unit(yPred)))`: 1 for the same direction.
 * Follows keras.metrics.CosineSimilarity; the loss of this name is its negative.
 *
 * @example
 * net.compile({ loss: "cosineSimilarity", metrics: ["cosineSimilarity"] });
 */
export function cosineSimilarity(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("cosineSimilarity", options);
  const loss = cosineSimilarityLoss();
  return meanMetric("cosineSimilarity", options, {}, (yTrue, yPred) => ops.neg(loss(yTrue, yPred)));
}
