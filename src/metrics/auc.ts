// Areas under curves that the counts above many thresholds make.

import { checkBoolean, checkInteger, describeValue, explain, unknownName } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { type Metric, sumsMetric } from "./metric.js";
import { checkFromLogits, type FromLogitsOptions, indicators, probabilities } from "./predictions.js";
import { type Counts, checkThresholds, countTensors, ratio, readCounts } from "./thresholds.js";

export interface AucOptions extends FromLogitsOptions {
  /** How many thresholds the curve has, at least 2; default 200. */
  numThresholds?: number;
  /** The inner thresholds themselves, in [0, 1], instead of `numThresholds` at equal distances. */
  thresholds?: readonly number[];
  /** Receiver operating characteristic (default), precision over recall, or their gains. */
  curve?: "ROC" | "PR" | "PRGAIN";
  /** Between two thresholds: interpolate (default), or take the smaller or the larger value. */
  summationMethod?: "interpolation" | "minoring" | "majoring";
  /** An area for each output, of which the mean is taken, instead of one for all; default false. */
  multiLabel?: boolean;
  /** The weights of the outputs; default all 1. */
  labelWeights?: readonly number[];
}

const curves = ["ROC", "PR", "PRGAIN"] as const;
const methods = ["interpolation", "minoring", "majoring"] as const;
const optionNames = ["numThresholds", "thresholds", "curve", "summationMethod", "multiLabel", "labelWeights"];

/**
 * The area under the ROC or precision-recall curve, from counts at thresholds: close to the exact area when predictions
 * spread over [0, 1]. Class numbers as targets are taken as one-hot rows. Follows keras.metrics.AUC.
 *
 * @throws RangeError for numThresholds below 2, thresholds outside [0, 1], unknown curves and summation methods.
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: ["auc", metrics.auc({ curve: "PR", name: "prAuc" })] });
 */
export function auc(options: AucOptions = {}): Metric {
  const where = "metrics.auc";
  checkFromLogits("auc", options, optionNames);
  const { curve = "ROC", summationMethod = "interpolation", labelWeights, fromLogits } = options;
  const multiLabel = checkBoolean(where, "multiLabel", options.multiLabel ?? false);
  if (!curves.includes(curve)) throw unknownName(`${where}, curve`, curve, curves);
  if (!methods.includes(summationMethod)) throw unknownName(`${where}, summationMethod`, summationMethod, methods);
  if (labelWeights !== undefined && !(Array.isArray(labelWeights) && labelWeights.every(Number.isFinite))) {
    throw new TypeError(explain(where, "labelWeights must be a list of numbers", describeValue(labelWeights)));
  }
  const thresholds = curveThresholds(where, options);
  const count = thresholds.length;
  const area = (counts: Counts): number => {
    return curve === "PR" && summationMethod === "interpolation"
      ? interpolatedPrecision(counts)
      : underCurve(...curvePoints(counts, curve), summationMethod);
  };
  const config = { numThresholds: count, curve, summationMethod, multiLabel, labelWeights: labelWeights ?? null };
  return sumsMetric("auc", options, config, {
    sums(yTrue, yPred, context) {
      const p = probabilities(yPred, fromLogits, context);
      const truth = indicators(where, yTrue, yPred);
      const columns = p.shape[1] as number;
      if (labelWeights !== undefined && labelWeights.length !== columns) {
        const expectation = `labelWeights must have one number for each of ${columns} outputs`;
        throw new RangeError(explain(where, expectation, `${labelWeights.length} numbers`));
      }
      if (!multiLabel) return countTensors(truth, p, thresholds, labelWeights);
      const column = (x: SymbolicTensor, j: number): SymbolicTensor => ops.slice(x, j, 1);
      return Array.from({ length: columns }, (_, j) => countTensors(column(truth, j), column(p, j), thresholds)).flat();
    },
    result(sums) {
      const size = 2 * count + 2;
      const areas = Array.from({ length: sums.length / size }, (_, j) => area(readCounts(sums, count, j * size)));
      const weightOf = (j: number): number => (multiLabel ? (labelWeights?.[j] ?? 1) : 1);
      const total = areas.reduce((sum, _, j) => sum + weightOf(j), 0);
      return ratio(
        areas.reduce((sum, value, j) => sum + value * weightOf(j), 0),
        total,
      );
    },
  });
}

/** The inner thresholds with one just below 0 and one just above 1. */
function curveThresholds(where: string, { numThresholds, thresholds }: AucOptions): number[] {
  const count = checkInteger(where, "numThresholds", numThresholds ?? 200, 2);
  const inner =
    thresholds === undefined
      ? Array.from({ length: count - 2 }, (_, i) => (i + 1) / (count - 1))
      : [...checkThresholds(where, thresholds)].sort((a, b) => a - b);
  return [-1e-7, ...inner, 1 + 1e-7];
}

/** x and y at each threshold, from the lowest one on: x falls. */
function curvePoints(counts: Counts, curve: (typeof curves)[number]): [x: number[], y: number[]] {
  const { positives, negatives } = counts;
  const hits = Array.from(counts.hits);
  const wrong = hits.map((hit, i) => (counts.above[i] as number) - hit);
  const recall = hits.map((hit) => ratio(hit, positives));
  if (curve === "ROC") return [wrong.map((count) => ratio(count, negatives)), recall];
  if (curve === "PR") return [recall, hits.map((hit, i) => ratio(hit, counts.above[i] as number))];
  const scale = ratio(positives, negatives);
  const recallGain = hits.map((hit) => (hit === 0 ? 0 : Math.max(0, 1 - (scale * (positives - hit)) / hit)));
  return [recallGain, hits.map((hit, i) => (hit === 0 ? 1 : 1 - (scale * (wrong[i] as number)) / hit))];
}

function underCurve(x: readonly number[], y: readonly number[], method: (typeof methods)[number]): number {
  let area = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [y[i] as number, y[i + 1] as number];
    const height = method === "interpolation" ? (a + b) / 2 : method === "minoring" ? Math.min(a, b) : Math.max(a, b);
    area += ((x[i] as number) - (x[i + 1] as number)) * height;
  }
  return area;
}

/** Hits and what is above vary linearly between thresholds (Davis and Goadrich 2006, section 4). */
function interpolatedPrecision({ hits, above, positives }: Counts): number {
  let area = 0;
  for (let i = 0; i + 1 < hits.length; i++) {
    const [from, to] = [above[i] as number, above[i + 1] as number];
    const gained = (hits[i] as number) - (hits[i + 1] as number);
    const slope = from > to ? gained / (from - to) : 0;
    const intercept = (hits[i + 1] as number) - slope * to;
    const stretch = from > 0 && to > 0 ? Math.log(from / to) : 0;
    area += ratio(slope * (gained + intercept * stretch), positives);
  }
  return area;
}
