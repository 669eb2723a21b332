// The harmonic mean of precision and recall, class by class.

import { checkNumber, explain, unknownName } from "../errors.js";
import * as ops from "../ops/index.js";
import { type Metric, type MetricResult, sumsMetric } from "./metric.js";
import { checkFromLogits, type FromLogitsOptions, indicators, probabilities } from "./predictions.js";

/**
 * - null: a result for each class, `f1Score_0`, `f1Score_1` and so on.
 * - "macro": the mean of the classes.
 * - "weighted": their mean, weighed by how often they are true.
 * - "micro": from the counts of all classes together.
 */
export type Average = null | "macro" | "weighted" | "micro";

export interface F1Options extends FromLogitsOptions {
  /** Default null: a result for each class. */
  average?: Average;
  /** Predictions above it, in (0, 1], are positive; default: the largest of the row is (0.5 for a single output). */
  threshold?: number;
}

export interface FBetaOptions extends F1Options {
  /** How much more recall counts than precision, above 0; default 1. */
  beta?: number;
}

const averages = ["macro", "weighted", "micro"] as const;
// Keras adds it to every divisor.
const epsilon = 1e-7;

/**
 * F-beta score: `(1 + beta^2) precision recall / (beta^2 precision + recall)` of each class, 0 when nothing is right.
 * Class numbers as targets are taken as one-hot rows. Follows keras.metrics.FBetaScore, apart from the threshold of a single
 * output, whose largest value would always be positive.
 *
 * @throws RangeError for beta <= 0, a threshold outside (0, 1], and an unknown average.
 * @example
 * net.compile({ loss: "categoricalCrossentropy", metrics: [metrics.fBetaScore({ beta: 2, average: "macro" })] });
 */
export function fBetaScore(options: FBetaOptions = {}): Metric {
  return score("fBetaScore", options, options.beta, ["beta"]);
}

/**
 * F1 score: `2 precision recall / (precision + recall)`, as `fBetaScore` with beta 1. Follows keras.metrics.F1Score.
 * Shortcut: "f1".
 *
 * @throws RangeError for a threshold outside (0, 1], and an unknown average.
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.f1Score({ average: "macro" })] });
 */
export function f1Score(options: F1Options = {}): Metric {
  return score("f1Score", options, 1, []);
}

function score(name: string, options: F1Options, givenBeta: number | undefined, known: readonly string[]): Metric {
  const where = `metrics.${name}`;
  checkFromLogits(name, options, ["average", "threshold", ...known]);
  const beta = checkNumber(where, "beta", givenBeta ?? 1, Number.MIN_VALUE);
  const { average = null, threshold, fromLogits } = options;
  if (average !== null && !averages.includes(average)) throw unknownName(`${where}, average`, average, averages);
  if (threshold !== undefined) {
    checkNumber(where, "threshold", threshold, 0, 1);
    if (threshold === 0) throw new RangeError(explain(where, "threshold must be above 0", threshold));
  }
  const config = { average, threshold: threshold ?? null, ...(known.includes("beta") && { beta }) };
  return sumsMetric(name, options, config, {
    sums(yTrue, yPred, context) {
      const p = probabilities(yPred, fromLogits, context);
      const truth = indicators(where, yTrue, yPred);
      const limit = threshold ?? (p.shape[1] === 1 ? 0.5 : undefined);
      // As in Keras, equal largest values all count, but zeros do not.
      const top = ops.mul(ops.equal(p, ops.max(p, 1, { keepDims: true })), ops.greater(ops.abs(p), 1e-9));
      const chosen = limit === undefined ? top : ops.greater(p, limit);
      return [ops.mul(chosen, truth), chosen, truth];
    },
    result: (sums) => averageScore(sums, beta ** 2, average),
  });
}

/** `sums` are hits, what is chosen and what is true of each class. */
function averageScore(sums: Float64Array, weight: number, average: Average): MetricResult {
  const classes = sums.length / 3;
  const part = (i: number) => sums.subarray(i * classes, (i + 1) * classes);
  const [hits, chosen, truth] = [part(0), part(1), part(2)];
  if (average === "micro") return scoreOf(sum(hits), sum(chosen), sum(truth), weight);
  const scores = Array.from(hits, (hit, i) => scoreOf(hit, chosen[i] as number, truth[i] as number, weight));
  if (average === null) return scores;
  if (average === "macro") return sum(scores) / classes;
  const total = sum(truth) + epsilon;
  return scores.reduce((mean, value, i) => mean + (value * (truth[i] as number)) / total, 0);
}

function scoreOf(hits: number, chosen: number, truth: number, weight: number): number {
  const precision = hits / (chosen + epsilon);
  const recall = hits / (truth + epsilon);
  return ((1 + weight) * precision * recall) / (weight * precision + recall + epsilon);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
