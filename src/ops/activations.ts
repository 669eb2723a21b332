// Activation functions on symbolic tensors. The objects with options that layers accept are in activations/.

import { checkFloat32, checkNumber, describeValue, explain } from "../errors.js";
import { divide, expand, lastAxisAsColumns, reduce, subtract, unary } from "../graph/build.js";
import { opNode, placeOf, type SymbolicTensor } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";
import type { UnaryName } from "../program/ops.gen.js";
import { lift, type Operand } from "./operand.js";
import { stopGradient } from "./training.js";

type Unary = (x: Operand) => SymbolicTensor;

const unaryOp =
  (name: UnaryName): Unary =>
  (x) =>
    unary(name, lift(name, x));

/** `x`. */
export const linear: Unary = (x) => lift("linear", x);
/** `1 / (1 + exp(-x))`. */
export const sigmoid: Unary = unaryOp("sigmoid");
/** The hyperbolic tangent. */
export const tanh: Unary = unaryOp("tanh");
/** `max(x, 0)`; derivative 0 at 0. */
export const relu: Unary = unaryOp("relu");
/** `1.05070098 (x > 0 ? x : 1.67326324 (exp(x) - 1))`. */
export const selu: Unary = unaryOp("selu");
/** `x (1 + erf(x / sqrt(2))) / 2`. */
export const gelu: Unary = unaryOp("gelu");
/** `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`. */
export const geluTanh: Unary = unaryOp("geluTanh");
/** `x sigmoid(x)`. */
export const silu: Unary = unaryOp("silu");
/** `log(1 + exp(x))`. */
export const softplus: Unary = unaryOp("softplus");
/** `min(max(x, 0), 6)`; derivative 0 at 0 and 6. */
export const relu6: Unary = unaryOp("relu6");
/** `min(max(x + 3, 0), 6) / 6`; derivative 0 at -3 and 3. */
export const hardSigmoid: Unary = unaryOp("hardSigmoid");
/** `x min(max(x + 3, 0), 6) / 6`; derivative 0 at -3, 1 at 3. */
export const hardSilu: Unary = unaryOp("hardSilu");
/** `min(max(x, -1), 1)`; derivative 0 at -1 and 1. */
export const hardTanh: Unary = unaryOp("hardTanh");
/** `x / (1 + |x|)`. */
export const softsign: Unary = unaryOp("softsign");
/** `x tanh(log(1 + exp(x)))`. */
export const mish: Unary = unaryOp("mish");
/** `-log(1 + exp(-x))`. */
export const logSigmoid: Unary = unaryOp("logSigmoid");
/** `x - tanh(x)`, exact near 0. */
export const tanhShrink: Unary = unaryOp("tanhShrink");

/** `x >= threshold ? 1 : 0`; derivative 0. The threshold is 0 unless given. */
export function step(x: Operand, threshold = 0): SymbolicTensor {
  return unary("step", lift("step", x), checkNumber(placeOf("ops.step"), "threshold", threshold));
}

/** `x >= 0 ? x : alpha x`; `alpha` is at least 0, by default 0.2. */
export function leakyRelu(x: Operand, alpha = 0.2): SymbolicTensor {
  return unary("leakyRelu", lift("leakyRelu", x), checkNumber(placeOf("ops.leakyRelu"), "alpha", alpha, 0));
}

/** `x > 0 ? x : alpha (exp(x) - 1)`; `alpha` is at least 0, by default 1. */
export function elu(x: Operand, alpha = 1): SymbolicTensor {
  return unary("elu", lift("elu", x), checkNumber(placeOf("ops.elu"), "alpha", alpha, 0));
}

/** `x > 0 ? x : alpha (exp(x / alpha) - 1)`; `alpha` is positive, by default 1. */
export function celu(x: Operand, alpha = 1): SymbolicTensor {
  return unary("celu", lift("celu", x), checkFloat32(placeOf("ops.celu"), "alpha", alpha, Number.MIN_VALUE));
}

/** `(x + sqrt(x^2 + b)) / 2`; `b` is positive, by default 4. */
export function squareplus(x: Operand, b = 4): SymbolicTensor {
  return unary("squareplus", lift("squareplus", x), checkFloat32(placeOf("ops.squareplus"), "b", b, Number.MIN_VALUE));
}

/** `exp(x) / sum(exp(x))` over the last axis; `axis` can be no other one. */
export function softmax(x: Operand, axis?: number): SymbolicTensor {
  return overLastAxis("softmax", x, axis);
}

/** `x - log(sum(exp(x)))` over the last axis; `axis` can be no other one. */
export function logSoftmax(x: Operand, axis?: number): SymbolicTensor {
  return overLastAxis("logSoftmax", x, axis);
}

function overLastAxis(name: "softmax" | "logSoftmax", x: Operand, axis = -1): SymbolicTensor {
  const node = lift(name, x);
  if (axis !== -1 && axis !== node.shape.length - 1) {
    const remedy = "Transpose or reshape first.";
    throw new RangeError(explain(placeOf(`ops.${name}`), "axis must be the last one, -1", describeValue(axis), remedy));
  }
  if (node.shape[0] === null && node.shape.length > 2) return overGroups(name, node);
  const { matrix, restore } = lastAxisAsColumns(name, node);
  return restore(opNode(name, [matrix]));
}

/** The same by its formula, for several groups of columns in a row. */
function overGroups(name: "softmax" | "logSoftmax", x: SymbolicTensor): SymbolicTensor {
  const groups = countElements(x.shape.slice(1, -1));
  const alongGroups = (y: SymbolicTensor): SymbolicTensor => expand(y, 1, x.shape);
  const shifted = subtract(x, alongGroups(stopGradient(reduce("maximum", x, 1, groups))));
  const exponentials = unary("exp", shifted);
  const sums = reduce("sum", exponentials, 1, groups);
  return name === "softmax"
    ? divide(exponentials, alongGroups(sums))
    : subtract(shifted, alongGroups(unary("log", sums)));
}
