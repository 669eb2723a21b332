// From a name, an object or a function to a metric; "accuracy" is chosen by the loss.

import { type LossShortcut, lossFactories } from "../losses/resolve.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { Loss } from "../losses/loss.js";
import { explain } from "../errors.js";
import { fromName, remedyOfCall, wrongKind } from "../naming.js";
import { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from "./accuracy.js";
import { auc } from "./auc.js";
import { brierScore } from "./brier.js";
import { cohenKappa, matthewsCorrelation } from "./confusion.js";
import { falseNegatives, falsePositives, precision, recall, trueNegatives, truePositives } from "./counts.js";
import { f1Score, fBetaScore } from "./f-score.js";
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  fromLoss,
  hinge,
  klDivergence,
  logCoshError,
  logLoss,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from "./from-losses.js";
import {
  checkMetricOptions,
  customMetric,
  isMetric,
  type MeanMetric,
  type Metric,
  type MetricFunction,
  type MetricOptions,
  meanMetric,
} from "./metric.js";
import { r2Score } from "./r2.js";
import { cosineSimilarity, meanAbsoluteError, meanSquaredError, rootMeanSquaredError } from "./regression.js";
import { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy } from "./top-k.js";

/** The metrics by name. */
export const metricFactories = {
  acc: automaticAccuracy,
  accuracy: automaticAccuracy,
  auc,
  bce: binaryCrossentropy,
  binaryAccuracy,
  binaryCrossentropy,
  brierScore,
  categoricalAccuracy,
  categoricalCrossentropy,
  categoricalHinge,
  cohenKappa,
  cosineSimilarity,
  f1: f1Score,
  f1Score,
  fBeta: fBetaScore,
  fBetaScore,
  falseNegatives,
  falsePositives,
  hinge,
  klDivergence,
  logCoshError,
  logLoss,
  mae: meanAbsoluteError,
  matthewsCorrelation,
  mcc: matthewsCorrelation,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  mse: meanSquaredError,
  poisson,
  precision,
  r2: r2Score,
  r2Score,
  recall,
  rmse: rootMeanSquaredError,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
  sparseTopKCategoricalAccuracy,
  squaredHinge,
  topK: automaticTopK,
  topKCategoricalAccuracy,
  trueNegatives,
  truePositives,
};

/** The names that `compile({ metrics })` knows: those of metrics, and those of losses. */
export type MetricShortcut = keyof typeof metricFactories | LossShortcut;

/** A name, a metric with options, a loss, or a function `(yTrue, yPred)` over `ops.*`. */
export type MetricInput = MetricShortcut | Metric | Loss | MetricFunction;

/**
 * The accuracy that fits the loss: binary, categorical or sparse categorical; for other losses the shapes decide, as in Keras.
 * For a binary cross-entropy from logits the threshold is 0, the logit of 0.5 (Keras keeps 0.5). Shortcut: "accuracy".
 *
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.accuracy()] });
 */
export function automaticAccuracy(options: MetricOptions = {}): MeanMetric {
  checkMetricOptions("accuracy", options);
  // What "accuracy" means is known when targets and predictions are.
  return meanMetric("accuracy", options, {}, (yTrue, yPred, context) => {
    const { loss } = context;
    const kind = loss?.targets;
    const binary = kind === "binary" || (kind !== "categorical" && kind !== "sparse" && yPred.shape.at(-1) === 1);
    const threshold = kind === "binary" && loss?.fromLogits ? 0 : 0.5;
    const chosen = binary
      ? binaryAccuracy({ threshold })
      : hasClassNumbers(loss, yTrue)
        ? sparseCategoricalAccuracy()
        : categoricalAccuracy();
    return chosen.values(yTrue, yPred, context);
  });
}

/** The top-k accuracy (k 5) that fits the loss, else the shapes. Shortcut: "topK". */
function automaticTopK(): MeanMetric {
  return meanMetric("topK", {}, {}, (yTrue, yPred, context) => {
    const chosen = hasClassNumbers(context.loss, yTrue) ? sparseTopKCategoricalAccuracy() : topKCategoricalAccuracy();
    return chosen.values(yTrue, yPred, context);
  });
}

/** True for targets that are one class number a row. */
function hasClassNumbers(loss: Loss | null, yTrue: SymbolicTensor): boolean {
  return loss?.targets === "sparse" || (loss?.targets !== "categorical" && yTrue.shape.at(-1) === 1);
}

/**
 * Accepts a metric, its name, its factory (`metrics.accuracy` without the call), a loss, or a function of users.
 * A string becomes the name in the logs as it is: "mse" is logged as `mse`.
 */
export function resolveMetric(where: string, value: unknown): Metric {
  if (typeof value === "string") {
    const metric = fromName<Metric | Loss>(where, value, { ...lossFactories, ...metricFactories });
    return { ...(isMetric(metric) ? metric : fromLoss(metric)), name: value };
  }
  if (isMetric(value)) return value;
  if (typeof value !== "function") throw wrongKind(where, `a metric such as "accuracy"`, value);
  if ("targets" in value && "config" in value) return fromLoss(value as Loss);
  // What makes a metric from options that it needs, or compares arrays, is no metric itself.
  const remedy = remedyOfCall(value);
  if (remedy !== undefined) throw new TypeError(explain(where, "expected a metric", `metrics.${value.name}`, remedy));
  const metric = Object.values(metricFactories).find((candidate) => (candidate as unknown) === value);
  if (metric !== undefined) return metric();
  const loss = Object.values(lossFactories).find((candidate) => (candidate as unknown) === value);
  return loss === undefined ? customMetric(value as MetricFunction) : fromLoss(loss());
}
