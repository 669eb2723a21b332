// The accuracies: the part of the rows (or outputs) that are predicted right.

import { checkNumber, checkOptions } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { createMetric, type Metric } from "./metric.js";

export interface BinaryAccuracyOptions {
  /** Predictions above it count as 1; default 0.5. For logits use 0. */
  threshold?: number;
}

/**
 * Part of the outputs for which `(yPred > threshold) == yTrue`. Follows keras.metrics.BinaryAccuracy.
 *
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: [metrics.binaryAccuracy({ threshold: 0.3 })] });
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  checkOptions("metrics.binaryAccuracy", options, ["threshold"]);
  const threshold = checkNumber("metrics.binaryAccuracy", "threshold", options.threshold ?? 0.5);
  return createMetric("binaryAccuracy", { threshold }, (yTrue, yPred) =>
    ops.equal(yTrue, ops.greater(yPred, threshold)),
  );
}

/**
 * Part of the rows whose largest prediction is at the place of the largest target; targets are one-hot.
 * Follows keras.metrics.CategoricalAccuracy; of equal maxima the first counts.
 *
 * @example
 * net.compile({ loss: "categoricalCrossentropy", metrics: [metrics.categoricalAccuracy()] });
 */
export function categoricalAccuracy(): Metric {
  return createMetric("categoricalAccuracy", {}, (yTrue, yPred) => ops.equal(place(yTrue), place(yPred)));
}

/**
 * Part of the rows whose largest prediction is at the place that the target names; targets are class numbers.
 * Follows keras.metrics.SparseCategoricalAccuracy; of equal maxima the first counts.
 *
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseCategoricalAccuracy()] });
 */
export function sparseCategoricalAccuracy(): Metric {
  return createMetric("sparseCategoricalAccuracy", {}, (yTrue, yPred) => ops.equal(yTrue, place(yPred)));
}

/** The place of the largest value of each row, shape [batch, 1]. */
function place(rows: SymbolicTensor): SymbolicTensor {
  return ops.argmax(rows, 1, { keepDims: true });
}
