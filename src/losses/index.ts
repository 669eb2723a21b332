// Losses, as users see them: `losses.sparseCategoricalCrossentropy({ fromLogits: true })`.

export type { CrossentropyOptions, SparseCrossentropyOptions } from "./crossentropy.js";
export { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from "./crossentropy.js";
export type { Loss, LossFunction, TargetKind } from "./loss.js";
export type { HuberOptions } from "./regression.js";
export { huber, meanAbsoluteError, meanSquaredError } from "./regression.js";
export type { LossInput, LossShortcut } from "./resolve.js";
