// Losses, as users see them: `losses.sparseCategoricalCrossentropy({ fromLogits: true })`.

export type { PerColumn } from "./columns.js";
export type {
  BinaryCrossentropyOptions,
  CrossentropyOptions,
  GeneralizedCrossentropyOptions,
  SparseCrossentropyOptions,
} from "./crossentropy.js";
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalGeneralizedCrossentropy,
  sparseCategoricalCrossentropy,
} from "./crossentropy.js";
export type { GaussianNllOptions } from "./distribution.js";
export { gaussianNll, klDivergence, poisson } from "./distribution.js";
export type { BinaryFocalOptions, CategoricalFocalOptions } from "./focal.js";
export { binaryFocalCrossentropy, categoricalFocalCrossentropy } from "./focal.js";
export type { Loss, LossFunction, LossOptions, TargetKind } from "./loss.js";
export { categoricalHinge, hinge, squaredHinge } from "./margin.js";
export type { Reduction } from "./reduction.js";
export type { HuberOptions, QuantileOptions } from "./regression.js";
export {
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  quantile,
} from "./regression.js";
export type { LossInput, LossShortcut } from "./resolve.js";
export type { OverlapOptions, TverskyOptions } from "./similarity.js";
export { cosineSimilarity, dice, tversky } from "./similarity.js";
