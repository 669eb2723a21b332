// The accuracies: the part of the rows (or outputs) that are predicted right.

import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, meanMetric, type MeanMetric, type MetricOptions } from "./metric.js";
import { checked, place } from "./predictions.js";

export interface BinaryAccuracyOptions extends MetricOptions {
  /** Predictions above it count as 1; default 0.5. For logits use 0. */
  threshold?: number;
}

/**
 * Part of the outputs for which `(yPred > threshold) == yTrue`. Follows keras.metrics.BinaryAccuracy.
 *
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: [metrics.binaryAccuracy({ threshold: 0.3 })] });
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): MeanMetric {
  checkMetricOptions("binaryAccuracy", options, ["threshold"]);
  const threshold = checkNumber("metrics.binaryAccuracy", "threshold", options.threshold ?? 0.5);
  const values = checked("binaryAccuracy", "values", (yTrue, yPred) => ops.equal(yTrue, ops.greater(yPred, threshold)));
  return meanMetric("binaryAccuracy", options, { threshold }, values);
}

/**
 * Part of the rows whose largest prediction is at the place of the largest target; targets are one-hot.
 * Follows keras.metrics.CategoricalAccuracy; of equal maxima the first counts.
 *
 * @example
 * net.compile({ loss: "categoricalCrossentropy", metrics: [metrics.categoricalAccuracy()] });
 */
export function categoricalAccuracy(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("categoricalAccuracy", options);
  const values = checked("categoricalAccuracy", "categorical", (yTrue, yPred) => ops.equal(place(yTrue), place(yPred)));
  return meanMetric("categoricalAccuracy", options, {}, values);
}

/**
 * Part of the rows whose largest prediction is at the place that the target names; targets are class numbers.
 * Follows keras.metrics.SparseCategoricalAccuracy; of equal maxima the first counts.
 *
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseCategoricalAccuracy()] });
 */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("sparseCategoricalAccuracy", options);
  const values = checked("sparseCategoricalAccuracy", "sparse", (yTrue, yPred) => ops.equal(yTrue, place(yPred)));
  return meanMetric("sparseCategoricalAccuracy", options, {}, values);
}
