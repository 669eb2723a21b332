// The elementwise functions of one variable and their derivatives, as ops.def states them.

import type { UnaryName } from "../../program/ops.gen.js";
import { erf } from "./erf.js";

export interface UnaryFunction {
  value(x: number, alpha: number): number;
  /** dy/dx from the input x and the output y; only what ops.def lists under `reads` is given, the rest is NaN. */
  derivative(x: number, y: number, alpha: number): number;
}

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

export const unaryFunctions: Readonly<Record<UnaryName, UnaryFunction>> = {
  linear: { value: (x) => x, derivative: () => 1 },
  negative: { value: (x) => -x, derivative: () => -1 },
  abs: { value: Math.abs, derivative: (x) => Math.sign(x) },
  sign: { value: Math.sign, derivative: () => 0 },
  floor: { value: Math.floor, derivative: () => 0 },
  ceil: { value: Math.ceil, derivative: () => 0 },
  round: { value: roundHalfToEven, derivative: () => 0 },
  exp: { value: Math.exp, derivative: (_, y) => y },
  expm1: { value: Math.expm1, derivative: (_, y) => y + 1 },
  log: { value: Math.log, derivative: (x) => 1 / x },
  log1p: { value: Math.log1p, derivative: (x) => 1 / (1 + x) },
  sqrt: { value: Math.sqrt, derivative: (_, y) => 0.5 / y },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), derivative: (x, y) => (-0.5 * y) / x },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  reciprocal: { value: (x) => 1 / x, derivative: (_, y) => -y * y },
  erf: { value: erf, derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) },
  sin: { value: Math.sin, derivative: Math.cos },
  cos: { value: Math.cos, derivative: (x) => -Math.sin(x) },
  step: { value: (x, alpha) => (Number.isNaN(x) ? x : x >= alpha ? 1 : 0), derivative: () => 0 },
  sigmoid: { value: sigmoid, derivative: (_, y) => y * (1 - y) },
  tanh: { value: Math.tanh, derivative: (_, y) => 1 - y * y },
  relu: { value: (x) => Math.max(x, 0), derivative: (_, y) => (y > 0 ? 1 : 0) },
  // x + 0 makes -0 a 0: the sign of y then tells the sides apart even when alpha is 0.
  leakyRelu: {
    value: (x, alpha) => (x < 0 ? alpha * x : x + 0),
    derivative: (_, y, alpha) => (y < 0 || Object.is(y, -0) ? alpha : 1),
  },
  elu: {
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (_, y, alpha) => (y > 0 ? 1 : y + alpha),
  },
  selu: {
    value: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    derivative: (_, y) => (y > 0 ? seluScale : y + seluScale * seluAlpha),
  },
  gelu: {
    value: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
    derivative: (x) => 0.5 * (1 + erf(x * Math.SQRT1_2)) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
  },
  geluTanh: {
    value: (x) => 0.5 * x * (1 + Math.tanh(geluInner(x))),
    derivative: (x) => {
      const t = Math.tanh(geluInner(x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    },
  },
  silu: {
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  },
  softplus: { value: softplus, derivative: sigmoid },
  relu6: { value: (x) => clamp(x, 0, 6), derivative: (_, y) => (y > 0 && y < 6 ? 1 : 0) },
  celu: {
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    derivative: (_, y, alpha) => (y > 0 ? 1 : y / alpha + 1),
  },
  hardSigmoid: { value: (x) => clamp(x + 3, 0, 6) / 6, derivative: (_, y) => (y > 0 && y < 1 ? 1 / 6 : 0) },
  hardSilu: {
    value: (x) => x * (clamp(x + 3, 0, 6) / 6),
    derivative: (x) => (x <= -3 ? 0 : x < 3 ? (2 * x + 3) / 6 : 1),
  },
  hardTanh: { value: (x) => clamp(x, -1, 1), derivative: (_, y) => (Math.abs(y) < 1 ? 1 : 0) },
  softsign: { value: (x) => x / (1 + Math.abs(x)), derivative: (x) => (1 + Math.abs(x)) ** -2 },
  mish: {
    value: (x) => x * Math.tanh(softplus(x)),
    derivative: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    },
  },
  logSigmoid: { value: (x) => -softplus(-x), derivative: (_, y) => -Math.expm1(y) },
  squareplus: { value: squareplus, derivative: (_, y, alpha) => 1 / (1 + alpha / (4 * y * y)) },
  tanhShrink: { value: tanhShrink, derivative: (x) => Math.tanh(x) ** 2 },
};

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** log(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** NaN goes through. */
function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** (x + sqrt(x^2 + alpha)) / 2, written such that nothing cancels below 0. */
function squareplus(x: number, alpha: number): number {
  const sum = Math.abs(x) + Math.sqrt(x * x + alpha);
  return x < 0 ? alpha / (2 * sum) : sum / 2;
}

/** x - tanh(x); near 0, where the two cancel, by the series of tanh. */
function tanhShrink(x: number): number {
  const z = x * x;
  if (!(Math.abs(x) < 0.05)) return x - Math.tanh(x);
  return x * z * (1 / 3 - z * (2 / 15 - z * (17 / 315 - z * (62 / 2835 - z * (1382 / 155925)))));
}

function geluInner(x: number): number {
  return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const half = x - floor === 0.5;
  return half ? 2 * Math.round(x / 2) : Math.round(x);
}
