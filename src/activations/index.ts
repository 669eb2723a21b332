// Activations, as users see them: `activations.relu`, `activations.leakyRelu({ negativeSlope: 0.01 })`.

export type { Activation, ActivationFactory, ActivationFunction } from "./activation.js";
export type { SquareplusOptions, StepOptions } from "./functions.js";
export {
  exponential,
  hardSigmoid,
  hardTanh,
  linear,
  logSigmoid,
  logSoftmax,
  sigmoid,
  softmax,
  softplus,
  softsign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  step,
  tanh,
} from "./functions.js";
export type { GeluOptions } from "./gates.js";
export { gelu, glu, hardSilu, hardSwish, mish, quickGelu, silu, swish } from "./gates.js";
export type { CeluOptions, EluOptions, LeakyReluOptions, ReluOptions, ThresholdOptions } from "./rectifiers.js";
export { celu, elu, leakyRelu, relu, relu6, reluSquared, selu, threshold } from "./rectifiers.js";
export type { ShrinkOptions } from "./shrinkage.js";
export { hardShrink, softShrink, tanhShrink } from "./shrinkage.js";
export type { ActivationInput, ActivationShortcut } from "./resolve.js";
