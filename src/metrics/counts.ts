// How many outputs are predicted rightly and wrongly, and the shares of them: precision and recall.

import { checkInteger } from "../errors.js";
import * as ops from "../ops/index.js";
import { type Metric, sumsMetric } from "./metric.js";
import { checkFromLogits, type FromLogitsOptions, indicators, probabilities } from "./predictions.js";
import {
  type Counts,
  checkClassId,
  checkThresholds,
  columnOf,
  countTensors,
  largest,
  ratio,
  readCounts,
  type ThresholdOptions,
} from "./thresholds.js";

export interface CountOptions extends ThresholdOptions, FromLogitsOptions {}

export interface PrecisionOptions extends CountOptions {
  /** Count the k largest predictions of a row as positive, whatever the threshold (unless `thresholds` is given, too). */
  topK?: number;
  /** Look at this output alone. */
  classId?: number;
}

function counted(
  name: string,
  options: PrecisionOptions,
  known: readonly string[],
  value: (c: Counts, i: number) => number,
) {
  const where = `metrics.${name}`;
  checkFromLogits(name, options, ["thresholds", ...known]);
  const { topK, fromLogits } = options;
  if (topK !== undefined) checkInteger(where, "topK", topK, 1);
  const classId = checkClassId(where, options.classId);
  const everything = options.thresholds === undefined && topK !== undefined;
  const thresholds = everything ? [-1] : checkThresholds(where, options.thresholds ?? 0.5);
  const config = { thresholds: everything ? null : thresholds, topK: topK ?? null, classId: classId ?? null };
  return sumsMetric(name, options, config, {
    sums(yTrue, yPred, context) {
      const p = probabilities(yPred, fromLogits, context);
      const chances = topK === undefined ? p : ops.where(largest(p, topK), everything ? 1 : p, -1);
      const truth = indicators(where, yTrue, yPred);
      return countTensors(columnOf(where, truth, classId), columnOf(where, chances, classId), thresholds);
    },
    result(sums) {
      const counts = readCounts(sums, thresholds.length);
      // Without an array for the usual single threshold.
      return thresholds.length === 1 ? value(counts, 0) : thresholds.map((_, i) => value(counts, i));
    },
  });
}

const hits = (counts: Counts, i: number): number => counts.hits[i] as number;
const falsePositive = (counts: Counts, i: number): number => (counts.above[i] as number) - hits(counts, i);

/**
 * How many outputs above the threshold are true. Class numbers as targets are taken as one-hot rows; several thresholds give
 * `truePositives_0`, `truePositives_1` and so on. Follows keras.metrics.TruePositives.
 *
 * @throws RangeError for thresholds outside [0, 1].
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: [metrics.truePositives({ thresholds: 0.9 })] });
 */
export function truePositives(options: CountOptions = {}): Metric {
  return counted("truePositives", options, [], hits);
}

/** How many outputs above the threshold are false. Follows keras.metrics.FalsePositives; options as `truePositives`. */
export function falsePositives(options: CountOptions = {}): Metric {
  return counted("falsePositives", options, [], falsePositive);
}

/** How many outputs not above the threshold are false. Follows keras.metrics.TrueNegatives; options as `truePositives`. */
export function trueNegatives(options: CountOptions = {}): Metric {
  return counted("trueNegatives", options, [], (counts, i) => counts.negatives - falsePositive(counts, i));
}

/** How many outputs not above the threshold are true. Follows keras.metrics.FalseNegatives; options as `truePositives`. */
export function falseNegatives(options: CountOptions = {}): Metric {
  return counted("falseNegatives", options, [], (counts, i) => counts.positives - hits(counts, i));
}

/**
 * The share of what is predicted that is true, `TP / (TP + FP)`, over all outputs (of one with `classId`); 0 when nothing
 * is predicted. Class numbers as targets are taken as one-hot rows. Follows keras.metrics.Precision.
 *
 * @throws RangeError for thresholds outside [0, 1], topK below 1, and a classId that does not exist.
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: ["precision", metrics.recall({ thresholds: 0.3 })] });
 */
export function precision(options: PrecisionOptions = {}): Metric {
  return counted("precision", options, ["topK", "classId"], (counts, i) =>
    ratio(hits(counts, i), counts.above[i] as number),
  );
}

/**
 * The share of what is true that is predicted, `TP / (TP + FN)`, over all outputs (of one with `classId`); 0 when nothing is
 * true. Class numbers as targets are taken as one-hot rows. Follows keras.metrics.Recall.
 *
 * @throws RangeError for thresholds outside [0, 1], topK below 1, and a classId that does not exist.
 * @example
 * net.compile({ loss: "categoricalCrossentropy", metrics: [metrics.recall({ topK: 3 })] });
 */
export function recall(options: PrecisionOptions = {}): Metric {
  return counted("recall", options, ["topK", "classId"], (counts, i) => ratio(hits(counts, i), counts.positives));
}
