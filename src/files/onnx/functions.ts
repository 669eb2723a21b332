// The elementwise functions of the core as nodes of ONNX.

import type { BinaryName, UnaryName } from "../../program/ops.gen.js";
import { float, int, type OnnxBuilder } from "./builder.js";
import { dataTypes } from "./proto.js";

type UnaryExporter = (b: OnnxBuilder, x: string, alpha: number) => string;
type BinaryExporter = (b: OnnxBuilder, x: string, y: string) => string;

const plain =
  (op: string): UnaryExporter =>
  (b, x) =>
    b.node(op, [x]);

const sum = (b: OnnxBuilder, x: string, y: string) => b.node("Add", [x, y]);
const difference = (b: OnnxBuilder, x: string, y: string) => b.node("Sub", [x, y]);
const product = (b: OnnxBuilder, x: string, y: string) => b.node("Mul", [x, y]);
const clip = (b: OnnxBuilder, x: string, low: number, high: number) =>
  b.node("Clip", [x, b.scalar(low), b.scalar(high)]);
const softplus = plain("Softplus");
const hardSigmoid: UnaryExporter = (b, x) => b.node("HardSigmoid", [x], { alpha: float(1 / 6), beta: float(0.5) });

/** Numbers of true and false. */
export const asFloat = (b: OnnxBuilder, x: string): string => b.node("Cast", [x], { to: int(dataTypes.float) });

/** x (1 + y) / 2 */
const halfGate = (b: OnnxBuilder, x: string, y: string) =>
  product(b, product(b, x, b.scalar(0.5)), sum(b, y, b.scalar(1)));

export const unaryExporters: Readonly<Record<UnaryName, UnaryExporter>> = {
  linear: (_, x) => x,
  negative: plain("Neg"),
  abs: plain("Abs"),
  sign: plain("Sign"),
  floor: plain("Floor"),
  ceil: plain("Ceil"),
  round: plain("Round"),
  exp: plain("Exp"),
  // tanh(x / 2) (exp(x) + 1): nothing cancels near 0.
  expm1: (b, x) => {
    const half = b.node("Tanh", [product(b, x, b.scalar(0.5))]);
    return product(b, half, sum(b, b.node("Exp", [x]), b.scalar(1)));
  },
  log: plain("Log"),
  // Near 0 log(u) x / (u - 1) with u = 1 + x, as W. Kahan has it: what u has lost of x is lost twice, and cancels.
  log1p: (b, x) => {
    const u = sum(b, x, b.scalar(1));
    const lost = difference(b, u, b.scalar(1));
    const log = b.node("Log", [u]);
    const corrected = b.node("Div", [product(b, log, x), lost]);
    const small = b.node("Where", [b.node("Equal", [lost, b.scalar(0)]), x, corrected]);
    return b.node("Where", [b.node("Less", [b.node("Abs", [x]), b.scalar(0.5)]), small, log]);
  },
  sqrt: plain("Sqrt"),
  rsqrt: (b, x) => b.node("Reciprocal", [b.node("Sqrt", [x])]),
  square: (b, x) => product(b, x, x),
  reciprocal: plain("Reciprocal"),
  erf: plain("Erf"),
  sin: plain("Sin"),
  cos: plain("Cos"),
  step: (b, x, alpha) => asFloat(b, b.node("GreaterOrEqual", [x, b.scalar(alpha)])),
  sigmoid: plain("Sigmoid"),
  tanh: plain("Tanh"),
  relu: plain("Relu"),
  leakyRelu: (b, x, alpha) => b.node("LeakyRelu", [x], { alpha: float(alpha) }),
  elu: (b, x, alpha) => b.node("Elu", [x], { alpha: float(alpha) }),
  selu: (b, x) => b.node("Selu", [x], { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) }),
  gelu: (b, x) => halfGate(b, x, b.node("Erf", [product(b, x, b.scalar(Math.SQRT1_2))])),
  geluTanh: (b, x) => {
    const cube = product(b, product(b, x, x), product(b, x, b.scalar(0.044715)));
    return halfGate(b, x, b.node("Tanh", [product(b, sum(b, x, cube), b.scalar(Math.sqrt(2 / Math.PI)))]));
  },
  silu: (b, x) => product(b, x, b.node("Sigmoid", [x])),
  softplus,
  relu6: (b, x) => clip(b, x, 0, 6),
  celu: (b, x, alpha) => b.node("Celu", [x], { alpha: float(alpha) }),
  hardSigmoid,
  hardSilu: (b, x, alpha) => product(b, x, hardSigmoid(b, x, alpha)),
  hardTanh: (b, x) => clip(b, x, -1, 1),
  softsign: plain("Softsign"),
  mish: (b, x, alpha) => product(b, x, b.node("Tanh", [softplus(b, x, alpha)])),
  logSigmoid: (b, x, alpha) => b.node("Neg", [softplus(b, b.node("Neg", [x]), alpha)]),
  squareplus: (b, x, alpha) => {
    const relu = b.node("Relu", [x]);
    if (alpha === 0) return relu;
    // max(x, 0) + alpha / (2 s) with s = |x| + sqrt(x x + alpha): nothing cancels below 0.
    const root = b.node("Sqrt", [sum(b, product(b, x, x), b.scalar(alpha))]);
    return sum(b, relu, b.node("Div", [b.scalar(alpha / 2), sum(b, b.node("Abs", [x]), root)]));
  },
  tanhShrink: (b, x) => difference(b, x, b.node("Tanh", [x])),
};

const comparison =
  (op: string): BinaryExporter =>
  (b, x, y) =>
    asFloat(b, b.node(op, [x, y]));

export const binaryExporters: Readonly<Record<BinaryName, BinaryExporter>> = {
  add: sum,
  subtract: difference,
  multiply: product,
  divide: (b, x, y) => b.node("Div", [x, y]),
  power: (b, x, y) => b.node("Pow", [x, y]),
  maximum: (b, x, y) => b.node("Max", [x, y]),
  minimum: (b, x, y) => b.node("Min", [x, y]),
  equal: comparison("Equal"),
  notEqual: (b, x, y) => asFloat(b, b.node("Not", [b.node("Equal", [x, y])])),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
};
