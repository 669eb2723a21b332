// The Brier score: squared errors of probabilities.

import * as ops from "../ops/index.js";
import { type MeanMetric, meanMetric } from "./metric.js";
import { checkFromLogits, type FromLogitsOptions, indicators, probabilities } from "./predictions.js";

/**
 * Brier score: `(p - t)^2` for a single output (or the mean of independent ones), `sum((p - t)^2)` over exclusive classes;
 * 0 is best. Class numbers as targets are taken as one-hot rows. Follows sklearn.metrics.brier_score_loss.
 *
 * @example
 * net.compile({ loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }), metrics: ["brierScore"] });
 */
export function brierScore(options: FromLogitsOptions = {}): MeanMetric {
  checkFromLogits("brierScore", options, []);
  return meanMetric("brierScore", options, {}, (yTrue, yPred, context) => {
    const p = probabilities(yPred, options.fromLogits, context);
    const squares = ops.square(ops.sub(p, indicators("metrics.brierScore", yTrue, yPred)));
    const independent = p.shape[1] === 1 || context.loss?.targets === "binary";
    return independent ? squares : ops.sum(squares, 1, { keepDims: true });
  });
}
