// Metrics, as users see them: `metrics.accuracy()`, `metrics.meanAbsoluteError()`.

export type { BinaryAccuracyOptions } from "./accuracy.js";
export { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from "./accuracy.js";
export type { AucOptions } from "./auc.js";
export { auc } from "./auc.js";
export { brierScore } from "./brier.js";
export type {
  ClassificationReport,
  ClassScores,
  ComparisonOptions,
  ConfusionMatrix,
  Label,
  LabelInput,
  ReportOptions,
} from "./comparison.js";
export { classificationReport } from "./comparison.js";
export type { CohenKappaOptions, DecisionOptions } from "./confusion.js";
export { cohenKappa, matthewsCorrelation } from "./confusion.js";
export type { ConfusionMatrixMetric } from "./confusion-matrix.js";
export { confusionMatrix } from "./confusion-matrix.js";
export type { CountOptions, PrecisionOptions } from "./counts.js";
export { falseNegatives, falsePositives, precision, recall, trueNegatives, truePositives } from "./counts.js";
export type { PrecisionRecallCurve, RocCurve, ScoreCurveOptions } from "./curves.js";
export { precisionRecallCurve, rocCurve } from "./curves.js";
export type { Average, F1Options, FBetaOptions } from "./f-score.js";
export { f1Score, f1Score as f1, fBetaScore, fBetaScore as fBeta } from "./f-score.js";
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
export type { MatrixPictureOptions } from "./matrix-picture.js";
export type {
  MeanMetric,
  Metric,
  MetricContext,
  MetricFunction,
  MetricOptions,
  MetricResult,
  SumsMetric,
} from "./metric.js";
export type { CustomMetricOptions } from "./custom.js";
export { custom } from "./custom.js";
export type { FromLogitsOptions } from "./predictions.js";
export type { R2Options } from "./r2.js";
export { r2Score, r2Score as r2 } from "./r2.js";
export {
  cosineSimilarity,
  meanAbsoluteError,
  meanAbsoluteError as mae,
  meanSquaredError,
  meanSquaredError as mse,
  rootMeanSquaredError,
  rootMeanSquaredError as rmse,
} from "./regression.js";
export type { MetricInput, MetricShortcut } from "./resolve.js";
export { automaticAccuracy as accuracy } from "./resolve.js";
export type { ThresholdOptions } from "./thresholds.js";
export type { TopKOptions } from "./top-k.js";
export { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy } from "./top-k.js";
