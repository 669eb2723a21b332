// Whether the right class is among the k most probable ones.

import { checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { oneHot } from "../graph/loss-formulas.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, type MeanMetric, type MetricOptions, meanMetric } from "./metric.js";
import { place } from "./predictions.js";

export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count, at least 1; default 5. */
  k?: number;
}

function topK(name: string, options: TopKOptions, label: (yTrue: SymbolicTensor) => SymbolicTensor): MeanMetric {
  checkMetricOptions(name, options, ["k"]);
  const k = checkInteger(`metrics.${name}`, "k", options.k ?? 5, 1);
  return meanMetric(name, options, { k }, (yTrue, yPred) => {
    const p = ops.flatten(yPred);
    const right = ops.sum(ops.mul(oneHot(label(ops.flatten(yTrue)), p.shape[1] as number), p), 1, { keepDims: true });
    return ops.less(ops.sum(ops.greater(p, right), 1, { keepDims: true }), k);
  });
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
  return topK("topKCategoricalAccuracy", options, place);
}

/**
 * `topKCategoricalAccuracy` for class numbers as targets. Follows keras.metrics.SparseTopKCategoricalAccuracy.
 *
 * @throws RangeError for k below 1.
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseTopKCategoricalAccuracy({ k: 3 })] });
 */
export function sparseTopKCategoricalAccuracy(options: TopKOptions = {}): MeanMetric {
  return topK("sparseTopKCategoricalAccuracy", options, (yTrue) => yTrue);
}
