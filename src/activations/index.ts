// Activations, as users see them: `activations.relu`, `activations.leakyRelu({ negativeSlope: 0.01 })`.

export type { Activation, ActivationFactory, ActivationFunction } from "./activation.js";
export type { EluOptions, GeluOptions, LeakyReluOptions, StepOptions } from "./functions.js";
export {
  elu,
  gelu,
  leakyRelu,
  linear,
  logSoftmax,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  step,
  tanh,
} from "./functions.js";
export type { ActivationInput, ActivationShortcut } from "./resolve.js";
