// Layers, as users see them: `layers.dense({ units: 10 })`.

export type { ActivationOptions, DropoutOptions } from "./basic.js";
export { activation, dropout, flatten } from "./basic.js";
export type { CustomOptions } from "./custom.js";
export { custom } from "./custom.js";
export type { DenseOptions } from "./dense.js";
export { dense } from "./dense.js";
export type { GluOptions, SwigluOptions } from "./glu.js";
export { glu, swiglu } from "./glu.js";
export type { GroupNormalizationOptions } from "./group-normalization.js";
export { groupNormalization } from "./group-normalization.js";
export type { InputOptions } from "./input.js";
export { inputLayer as input } from "./input.js";
export type { BuildContext, CallContext, Layer, LayerOptions, WeightOptions } from "./layer.js";
export type { LayerNormalizationOptions } from "./layer-normalization.js";
export { layerNormalization } from "./layer-normalization.js";
export type { PReluOptions } from "./prelu.js";
export { prelu } from "./prelu.js";
export type { RescalingOptions } from "./rescaling.js";
export { rescaling } from "./rescaling.js";
export type { ReshapeOptions } from "./reshape.js";
export { reshape } from "./reshape.js";
export type { RmsNormalizationOptions } from "./rms-normalization.js";
export { rmsNormalization } from "./rms-normalization.js";
export type { ScaleOffsetOptions } from "./scale-offset.js";
export type { UnitNormalizationOptions } from "./unit-normalization.js";
export { unitNormalization } from "./unit-normalization.js";
