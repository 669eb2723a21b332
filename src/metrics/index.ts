// Metrics, as users see them: `metrics.accuracy()`, `metrics.meanAbsoluteError()`.

export type { BinaryAccuracyOptions } from "./accuracy.js";
export { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from "./accuracy.js";
export type { Metric, MetricFunction } from "./metric.js";
export { meanAbsoluteError, meanSquaredError } from "./regression.js";
export type { MetricInput, MetricShortcut } from "./resolve.js";
export { automaticAccuracy as accuracy } from "./resolve.js";
