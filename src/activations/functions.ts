// Activations between two limits, and those that grow on one side only; rectifiers, gates and shrinkage have files of their own.
// All are functions over ops, differentiated by the gradient rules of those.

import { checkFloat32, checkNumber } from "../errors.js";
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
 * `f(x) = min(max(x + 3, 0), 6) / 6`, a sigmoid of three lines; derivative 0 at -3 and 3.
 * Follows keras.activations.hard_sigmoid.
 *
 * @example
 * layers.dense({ units: 1, activation: "hardSigmoid" });
 */
export const hardSigmoid = createActivation("hardSigmoid", {}, (x) => ops.hardSigmoid(x));

/**
 * `f(x) = min(max(x, -1), 1)`; derivative 0 at -1 and 1. Follows keras.activations.hard_tanh.
 *
 * @example
 * layers.dense({ units: 8, activation: "hardTanh" });
 */
export const hardTanh = createActivation("hardTanh", {}, (x) => ops.hardTanh(x));

/**
 * `f(x) = x / (1 + |x|)`, in (-1, 1). Follows keras.activations.softsign.
 *
 * @example
 * layers.dense({ units: 8, activation: "softsign" });
 */
export const softsign = createActivation("softsign", {}, (x) => ops.softsign(x));

/**
 * `f(x) = -log(1 + exp(-x))`, the logarithm of the sigmoid. Follows keras.activations.log_sigmoid.
 *
 * @example
 * layers.dense({ units: 8, activation: "logSigmoid" });
 */
export const logSigmoid = createActivation("logSigmoid", {}, (x) => ops.logSigmoid(x));

/**
 * `f(x) = exp(x)`: for outputs that must be positive. Follows keras.activations.exponential.
 *
 * @example
 * layers.dense({ units: 1, activation: "exponential" });
 */
export const exponential = createActivation("exponential", {}, (x) => ops.exp(x));

/**
 * `f(x) = log(1 + exp(x))`. Follows keras.activations.softplus.
 *
 * @example
 * layers.dense({ units: 8, activation: "softplus" });
 */
export const softplus = createActivation("softplus", {}, (x) => ops.softplus(x));

export interface SquareplusOptions {
  /** How far around 0 it is round, positive; default 4. */
  b?: number;
}

/**
 * `f(x) = (x + sqrt(x^2 + b)) / 2`, a softplus without exponentials (Barron 2021). Follows keras.activations.squareplus.
 *
 * @throws RangeError unless b is positive.
 * @example
 * layers.dense({ units: 8, activation: activations.squareplus({ b: 1 }) });
 */
export const squareplus = createActivation<SquareplusOptions>(
  "squareplus",
  { b: 4 },
  (x, { b }) => ops.squareplus(x, b),
  ({ b }) => checkFloat32("activations.squareplus", "b", b, Number.MIN_VALUE),
);

/**
 * `f(x) = min(max(x + 1, 0), 2) / 2`: 0 below -1, 1 above 1. Follows keras.activations.sparse_sigmoid.
 *
 * @example
 * layers.dense({ units: 1, activation: "sparseSigmoid" });
 */
export const sparseSigmoid = createActivation("sparseSigmoid", {}, (x) => ops.mul(ops.add(ops.hardTanh(x), 1), 0.5));

/**
 * `f(x) = 0` for `x <= -1`, `(x + 1)^2 / 4` up to 1, and `x` above. Follows keras.activations.sparse_plus.
 *
 * @example
 * layers.dense({ units: 8, activation: "sparsePlus" });
 */
export const sparsePlus = createActivation("sparsePlus", {}, (x) => {
  const bend = ops.square(ops.mul(ops.add(ops.hardTanh(x), 1), 0.5));
  return ops.where(ops.less(x, 1), bend, x);
});

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
