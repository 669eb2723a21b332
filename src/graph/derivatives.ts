// The derivatives of the functions of one variable, as formulas over ops. First derivatives run as one fused instruction
// (`unaryGrad`); the formulas make it differentiable in turn, so that gradients of gradients exist to any order.

import type { UnaryName } from "../program/ops.gen.js";
import { add, binary, divide, multiply, negative, scalar, select, subtract, unary } from "./build.js";
import type { SymbolicTensor } from "./node.js";

/** dy/dx from the input x, the output y and the function's parameter. */
type Formula = (x: SymbolicTensor, y: SymbolicTensor, alpha: number) => SymbolicTensor;

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

const plus = (x: SymbolicTensor, value: number): SymbolicTensor => add(x, scalar(value));
const times = (x: SymbolicTensor, value: number): SymbolicTensor => multiply(x, scalar(value));
const square = (x: SymbolicTensor): SymbolicTensor => unary("square", x);
const oneMinus = (x: SymbolicTensor): SymbolicTensor => subtract(scalar(1), x);
const choose = (test: SymbolicTensor, yes: SymbolicTensor | number, no: SymbolicTensor | number): SymbolicTensor =>
  select(test, typeof yes === "number" ? scalar(yes) : yes, typeof no === "number" ? scalar(no) : no);
const positive = (x: SymbolicTensor): SymbolicTensor => binary("greater", x, scalar(0));
const below = (x: SymbolicTensor, limit: number): SymbolicTensor => binary("less", x, scalar(limit));

/** A number where the derivative is the same everywhere (but for the jumps of steps). */
export const derivatives: Readonly<Record<UnaryName, number | Formula>> = {
  linear: 1,
  negative: -1,
  abs: (x) => unary("sign", x),
  sign: 0,
  floor: 0,
  ceil: 0,
  round: 0,
  exp: (_, y) => y,
  expm1: (_, y) => plus(y, 1),
  log: (x) => unary("reciprocal", x),
  log1p: (x) => unary("reciprocal", plus(x, 1)),
  sqrt: (_, y) => times(unary("reciprocal", y), 0.5),
  rsqrt: (x, y) => divide(times(y, -0.5), x),
  square: (x) => times(x, 2),
  reciprocal: (_, y) => negative(square(y)),
  erf: (x) => times(unary("exp", negative(square(x))), 2 / Math.sqrt(Math.PI)),
  sin: (x) => unary("cos", x),
  cos: (x) => negative(unary("sin", x)),
  step: 0,
  sigmoid: (_, y) => multiply(y, oneMinus(y)),
  tanh: (_, y) => oneMinus(square(y)),
  relu: (_, y) => positive(y),
  // By x, because with alpha 0 the sides have the same y.
  leakyRelu: (x, _, alpha) => choose(binary("greaterEqual", x, scalar(0)), 1, alpha),
  elu: (_, y, alpha) => choose(positive(y), 1, plus(y, alpha)),
  selu: (_, y) => choose(positive(y), seluScale, plus(y, seluScale * seluAlpha)),
  gelu: (x) => {
    const cumulative = times(plus(unary("erf", times(x, Math.SQRT1_2)), 1), 0.5);
    const density = times(unary("exp", times(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return add(cumulative, multiply(x, density));
  },
  geluTanh: (x) => {
    const slope = Math.sqrt(2 / Math.PI);
    const cubic = 0.044715;
    const t = unary("tanh", times(multiply(x, plus(times(square(x), cubic), 1)), slope));
    const inner = times(plus(times(square(x), 3 * cubic), 1), slope);
    const tail = multiply(multiply(x, oneMinus(square(t))), inner);
    return times(add(plus(t, 1), tail), 0.5);
  },
  silu: (x) => {
    const s = unary("sigmoid", x);
    return multiply(s, plus(multiply(x, oneMinus(s)), 1));
  },
  softplus: (x) => unary("sigmoid", x),
  relu6: (_, y) => multiply(positive(y), below(y, 6)),
  celu: (_, y, alpha) => choose(positive(y), 1, plus(times(y, 1 / alpha), 1)),
  hardSigmoid: (_, y) => times(multiply(positive(y), below(y, 1)), 1 / 6),
  hardSilu: (x) => {
    const middle = multiply(binary("greater", x, scalar(-3)), below(x, 3));
    return choose(middle, times(plus(times(x, 2), 3), 1 / 6), binary("greaterEqual", x, scalar(3)));
  },
  hardTanh: (_, y) => below(unary("abs", y), 1),
  softsign: (x) => square(unary("reciprocal", plus(unary("abs", x), 1))),
  mish: (x) => {
    const t = unary("tanh", unary("softplus", x));
    return add(t, multiply(multiply(x, unary("sigmoid", x)), oneMinus(square(t))));
  },
  logSigmoid: (_, y) => negative(unary("expm1", y)),
  squareplus: (_, y, alpha) => unary("reciprocal", plus(times(unary("reciprocal", square(y)), alpha / 4), 1)),
  tanhShrink: (x) => square(unary("tanh", x)),
};
