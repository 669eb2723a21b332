// The activations, as functions over ops. Each is differentiated by the gradient rule of its op.

import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { createActivation } from "./activation.js";

/**
 * `f(x) = x`: no activation. The default of `layers.dense`. Follows keras.activations.linear.
 *
 * @example
 * layers.dense({ units: 1, activation: "linear" });
 */
export const linear = createActivation("linear", {}, (x) => x);

export interface StepOptions {
  /** The input from which on the result is 1; default 0. */
  threshold?: number;
}

/**
 * `f(x) = x >= threshold ? 1 : 0`: the perceptron's activation (McCulloch and Pitts 1943). Its derivative is 0 everywhere,
 * so layers before it do not learn.
 *
 * @example
 * layers.dense({ units: 1, activation: activations.step({ threshold: 0.5 }) });
 */
export const step = createActivation<StepOptions>(
  "step",
  { threshold: 0 },
  (x, { threshold }) => ops.step(x, threshold),
  ({ threshold }) => checkNumber("activations.step", "threshold", threshold),
);

/**
 * `f(x) = 1 / (1 + exp(-x))`, in (0, 1). Follows keras.activations.sigmoid.
 *
 * @example
 * layers.dense({ units: 1, activation: "sigmoid" });
 */
export const sigmoid = createActivation("sigmoid", {}, (x) => ops.sigmoid(x));

/**
 * `f(x) = tanh(x)`, in (-1, 1). Follows keras.activations.tanh.
 *
 * @example
 * layers.dense({ units: 8, activation: "tanh" });
 */
export const tanh = createActivation("tanh", {}, (x) => ops.tanh(x));

/**
 * `f(x) = max(x, 0)`; derivative 0 at 0. Follows keras.activations.relu.
 *
 * @example
 * layers.dense({ units: 8, activation: "relu" });
 */
export const relu = createActivation("relu", {}, (x) => ops.relu(x));

export interface LeakyReluOptions {
  /** Slope for negative inputs, at least 0; default 0.2, as Keras (PyTorch: 0.01). */
  negativeSlope?: number;
}

/**
 * `f(x) = x >= 0 ? x : negativeSlope * x` (Maas et al. 2013). Follows keras.activations.leaky_relu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.leakyRelu({ negativeSlope: 0.01 }) });
 */
export const leakyRelu = createActivation<LeakyReluOptions>(
  "leakyRelu",
  { negativeSlope: 0.2 },
  (x, { negativeSlope }) => ops.leakyRelu(x, negativeSlope),
  ({ negativeSlope }) => checkNumber("activations.leakyRelu", "negativeSlope", negativeSlope, 0),
);

export interface EluOptions {
  /** Minus the limit for negative inputs, at least 0; default 1. */
  alpha?: number;
}

/**
 * `f(x) = x > 0 ? x : alpha * (exp(x) - 1)` (Clevert et al. 2016). Follows keras.activations.elu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.elu({ alpha: 0.5 }) });
 */
export const elu = createActivation<EluOptions>(
  "elu",
  { alpha: 1 },
  (x, { alpha }) => ops.elu(x, alpha),
  ({ alpha }) => checkNumber("activations.elu", "alpha", alpha, 0),
);

/**
 * `f(x) = 1.05070098 * (x > 0 ? x : 1.67326324 * (exp(x) - 1))`, for `lecunNormal` kernels (Klambauer et al. 2017).
 * Follows keras.activations.selu.
 *
 * @example
 * layers.dense({ units: 8, activation: "selu", kernelInitializer: "lecunNormal" });
 */
export const selu = createActivation("selu", {}, (x) => ops.selu(x));

export interface GeluOptions {
  /** Use `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`; default false. */
  approximate?: boolean;
}

/**
 * `f(x) = x (1 + erf(x / sqrt(2))) / 2` (Hendrycks and Gimpel 2016). Follows keras.activations.gelu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.gelu({ approximate: true }) });
 */
export const gelu = createActivation<GeluOptions>("gelu", { approximate: false }, (x, { approximate }) =>
  approximate ? ops.geluTanh(x) : ops.gelu(x),
);

/**
 * `f(x) = x / (1 + exp(-x))`, also called swish. Follows keras.activations.silu.
 *
 * @example
 * layers.dense({ units: 8, activation: "silu" });
 */
export const silu = createActivation("silu", {}, (x) => ops.silu(x));

/**
 * `f(x) = log(1 + exp(x))`. Follows keras.activations.softplus.
 *
 * @example
 * layers.dense({ units: 8, activation: "softplus" });
 */
export const softplus = createActivation("softplus", {}, (x) => ops.softplus(x));

/**
 * `f(x)_j = exp(x_j) / sum_k exp(x_k)` over the last dimension. Follows keras.activations.softmax.
 *
 * @example
 * layers.dense({ units: 10, activation: "softmax" });
 */
export const softmax = createActivation("softmax", {}, (x) => ops.softmax(x));

/**
 * `f(x)_j = x_j - log(sum_k exp(x_k))` over the last dimension. Follows keras.activations.log_softmax.
 *
 * @example
 * layers.dense({ units: 10, activation: "logSoftmax" });
 */
export const logSoftmax = createActivation("logSoftmax", {}, (x) => ops.logSoftmax(x));
