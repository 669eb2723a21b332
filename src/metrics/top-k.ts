// Whether the right class is among the k most probable ones.

import { checkInteger } from "../errors.js";
import { oneHot } from "../graph/loss-formulas.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, type MeanMetric, type MetricOptions, meanMetric } from "./metric.js";
import { checked, place } from "./predictions.js";

export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count, at least 1; default 5. */
  k?: number;
}

function topK(name: string, options: TopKOptions, targets: "categorical" | "sparse"): MeanMetric {
  checkMetricOptions(name, options, ["k"]);
  const k = checkInteger(`metrics.${name}`, "k", options.k ?? 5, 1);
  const values = checked(name, targets, (yTrue, yPred) => {
    const label = targets === "sparse" ? yTrue : place(yTrue);
    const right = ops.sum(ops.mul(oneHot(label, yPred.shape[1] as number), yPred), 1, { keepDims: true });
    return ops.less(ops.sum(ops.greater(yPred, right), 1, { keepDims: true }), k);
  });
  return meanMetric(name, options, { k }, values);
}

/**
 * The part of the rows whose class is among the `k` with the largest predictions; targets are one-hot. Predictions that
 * equal the k-th largest count, too. Follows keras.metrics.TopKCategoricalAccuracy.
 *
 * @throws RangeError for k below 1.
 * @example
 * net.compile({ loss: "categoricalCrossentropy", metrics: [metrics.topKCategoricalAccuracy({ k: 3 })] });
 */
export function topKCategoricalAccuracy(options: TopKOptions = {}): MeanMetric {
  return topK("topKCategoricalAccuracy", options, "categorical");
}

/**
 * `topKCategoricalAccuracy` for class numbers as targets. Follows keras.metrics.SparseTopKCategoricalAccuracy.
 *
 * @throws RangeError for k below 1.
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseTopKCategoricalAccuracy({ k: 3 })] });
 */
export function sparseTopKCategoricalAccuracy(options: TopKOptions = {}): MeanMetric {
  return topK("sparseTopKCategoricalAccuracy", options, "sparse");
}
