// The layers that this package and TensorFlow.js both have: Keras' class, how options are called there, and the order of weights.

import * as layers from "../../layers/index.js";
import type { Layer } from "../../layers/layer.js";

interface ClassRule {
  readonly className: string;
  /** Options here and there. */
  readonly options: Readonly<Record<string, string>>;
  readonly make: (options: never) => Layer;
}

const normalization = { epsilon: "epsilon", center: "center", scale: "scale" };

/** By kind of layer. Weights have the same order there. */
export const classes: Readonly<Record<string, ClassRule>> = {
  dense: {
    className: "Dense",
    options: { units: "units", activation: "activation", useBias: "use_bias" },
    make: layers.dense,
  },
  activation: { className: "Activation", options: { activation: "activation" }, make: layers.activation },
  dropout: { className: "Dropout", options: { rate: "rate" }, make: layers.dropout },
  flatten: { className: "Flatten", options: {}, make: layers.flatten },
  reshape: { className: "Reshape", options: { targetShape: "target_shape" }, make: layers.reshape },
  embedding: {
    className: "Embedding",
    options: { inputDim: "input_dim", outputDim: "output_dim" },
    make: layers.embedding,
  },
  batchNormalization: {
    className: "BatchNormalization",
    options: { ...normalization, momentum: "momentum" },
    make: layers.batchNormalization,
  },
  layerNormalization: { className: "LayerNormalization", options: normalization, make: layers.layerNormalization },
  leakyRelu: { className: "LeakyReLU", options: { negativeSlope: "alpha" }, make: layers.leakyRelu },
  elu: { className: "ELU", options: { alpha: "alpha" }, make: layers.elu },
  prelu: { className: "PReLU", options: { sharedAxes: "shared_axes" }, make: layers.prelu },
  softmax: { className: "Softmax", options: {}, make: layers.softmax },
  add: { className: "Add", options: {}, make: layers.add },
  multiply: { className: "Multiply", options: {}, make: layers.multiply },
  average: { className: "Average", options: {}, make: layers.average },
  maximum: { className: "Maximum", options: {}, make: layers.maximum },
  minimum: { className: "Minimum", options: {}, make: layers.minimum },
  concatenate: { className: "Concatenate", options: { axis: "axis" }, make: layers.concatenate },
  dot: { className: "Dot", options: { axes: "axes", normalize: "normalize" }, make: layers.dot },
};

/** Activations with the same definition; hard_sigmoid has another one there. */
export const activationNames: Readonly<Record<string, string>> = {
  linear: "linear",
  relu: "relu",
  relu6: "relu6",
  sigmoid: "sigmoid",
  tanh: "tanh",
  elu: "elu",
  selu: "selu",
  softplus: "softplus",
  softsign: "softsign",
  softmax: "softmax",
  silu: "swish",
  mish: "mish",
};
