// Layers, as users see them: `layers.dense({ units: 10 })`.

export type {
  EluLayerOptions,
  LeakyReluLayerOptions,
  ReluLayerOptions,
  SoftmaxLayerOptions,
} from "./activations.js";
export { elu, leakyRelu, relu, softmax } from "./activations.js";
export type { ActivityRegularizationOptions } from "./activity-regularization.js";
export { activityRegularization } from "./activity-regularization.js";
export type { AdaptableLayer, AdaptData } from "./adapt.js";
export type { ActivationOptions, DropoutOptions } from "./basic.js";
export { activation, dropout, flatten } from "./basic.js";
export type { BatchNormalizationOptions } from "./batch-normalization.js";
export { batchNormalization } from "./batch-normalization.js";
export type { ConcatenateOptions } from "./concatenate.js";
export { concatenate } from "./concatenate.js";
export type { DiscretizationOptions } from "./discretization.js";
export { discretization } from "./discretization.js";
export type { EmbeddingOptions } from "./embedding.js";
export { embedding } from "./embedding.js";
export { bilinear } from "./bilinear.js";
export type { CategoryEncodingOptions, EncodingMode } from "./encoding.js";
export { categoryEncoding } from "./encoding.js";
export type { Hashing, HashingOptions } from "./hashing.js";
export { hashing } from "./hashing.js";
export type { Lookup, LookupOptions } from "./lookup.js";
export { integerLookup, stringLookup } from "./lookup.js";
export type { GaussianNoiseOptions, NoiseRateOptions } from "./noise.js";
export { alphaDropout, gaussianDropout, gaussianNoise } from "./noise.js";
export type { SpectralNormalizationOptions } from "./spectral-normalization.js";
export { spectralNormalization } from "./spectral-normalization.js";
export type { Tokens } from "./tokens.js";
export type { CustomOptions } from "./custom.js";
export { custom } from "./custom.js";
export type { DenseOptions, KernelLayerOptions } from "./dense.js";
export { dense } from "./dense.js";
export type { DotOptions } from "./dot.js";
export { dot } from "./dot.js";
export type { GluOptions } from "./glu.js";
export { glu, swiglu } from "./glu.js";
export type { GroupNormalizationOptions } from "./group-normalization.js";
export { groupNormalization } from "./group-normalization.js";
export type { InputOptions } from "./input.js";
export { inputLayer as input } from "./input.js";
export type { BuildContext, CallContext, Layer, LayerInput, LayerOptions, WeightOptions } from "./layer.js";
export type { LayerNormalizationOptions } from "./layer-normalization.js";
export { layerNormalization } from "./layer-normalization.js";
export type { MaxoutOptions } from "./maxout.js";
export { maxout } from "./maxout.js";
export type { NormalizationOptions } from "./normalization.js";
export { normalization } from "./normalization.js";
export { add, average, maximum, minimum, multiply, subtract } from "./merge.js";
export type { PReluOptions } from "./prelu.js";
export { prelu } from "./prelu.js";
export type { RescalingOptions } from "./rescaling.js";
export { rescaling } from "./rescaling.js";
export type { ReshapeOptions } from "./reshape.js";
export { reshape } from "./reshape.js";
export type { RmsNormalizationOptions } from "./rms-normalization.js";
export { rmsNormalization } from "./rms-normalization.js";
export type { ScaleOffsetOptions } from "./scale-offset.js";
export type { WeightValues } from "./weight-values.js";
export type { UnitNormalizationOptions } from "./unit-normalization.js";
export { unitNormalization } from "./unit-normalization.js";
