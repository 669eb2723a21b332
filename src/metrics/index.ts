// Metrics, as users see them: `metrics.accuracy()`, `metrics.meanAbsoluteError()`.

export type { BinaryAccuracyOptions } from "./accuracy.js";
export { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from "./accuracy.js";
export type { CrossentropyMetricOptions } from "./from-losses.js";
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
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
export type {
  CustomMetricOptions,
  MeanMetric,
  Metric,
  MetricContext,
  MetricFunction,
  MetricOptions,
  MetricResult,
  SumsMetric,
} from "./metric.js";
export { custom } from "./metric.js";
export type { FromLogitsOptions } from "./predictions.js";
export { cosineSimilarity, meanAbsoluteError, meanSquaredError, rootMeanSquaredError } from "./regression.js";
export type { MetricInput, MetricShortcut } from "./resolve.js";
export { automaticAccuracy as accuracy } from "./resolve.js";
