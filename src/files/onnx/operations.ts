// The operations of the core as nodes of ONNX, one exporter for each; those of training are refused.
// All tensors are matrices, as in a program: what has more axes is reshaped at the model's inputs and outputs.

import type { BinaryName, OpName, ReductionName, UnaryName } from "../../program/ops.gen.js";
import type { Step, Value } from "../../program/steps.js";
import { int, type OnnxBuilder } from "./builder.js";
import { asFloat, binaryExporters, unaryExporters } from "./functions.js";
import { dataTypes } from "./proto.js";

/** A step whose operands have names. */
export interface NamedStep extends Step {
  /** The names of the inputs as matrices, in the order of the table; empty for one that is absent. */
  readonly names: readonly string[];
  /** The same, where a vector or a number may stand for the matrix that it is repeated to. */
  readonly repeated: readonly string[];
}

/** What exporters need besides the builder. */
export interface ExportContext extends OnnxBuilder {
  /** The sizes of a matrix, as ONNX wants them: a tensor of two integers. */
  sizeOf(value: Pick<Value, "rows" | "columns">): string;
  /** x, whose first axis stays, in rows of another shape. */
  reshapeRows(x: string, rows: number | null, shape: readonly number[]): string;
}

/** Gives the names of the outputs. */
type Exporter = (b: ExportContext, step: NamedStep) => string | readonly string[];

/** Why an operation cannot be exported. */
type Refusal = { readonly refused: string };

const gradient: Refusal = { refused: "a gradient" };

export const exporters: Readonly<Record<OpName, Exporter | Refusal>> = {
  fill: (b, { outputs, parameters }) =>
    b.node("Expand", [b.scalar(Number(parameters.value)), b.sizeOf(first(outputs))]),
  copy: (b, { names, outputs }) => {
    const { rows, columns } = first(outputs);
    return b.reshapeRows(names[0] as string, rows, [columns]);
  },
  transpose: (b, { names }) => b.node("Transpose", names),
  slice: (b, { names, outputs, parameters }) => {
    const start = Number(parameters.start);
    const end = start + first(outputs).columns;
    return b.node("Slice", [...names, b.integers([start]), b.integers([end]), b.integers([1])]);
  },
  pad: (b, { names, inputs, outputs, parameters }) => {
    const start = Number(parameters.start);
    const behind = first(outputs).columns - first(inputs).columns - start;
    return b.node("Pad", [...names, b.integers([0, start, 0, behind])]);
  },
  concatenate: (b, { names }) => b.node("Concat", names, { axis: int(1) }),
  gather: (b, { names, inputs, outputs }) => {
    const [table, index] = names as [string, string];
    const { rows, columns } = first(outputs);
    // NaN for a number that names no row, where ONNX' Gather would fail.
    const last = (inputs[0]?.rows ?? 1) - 1;
    const nearest = b.node("Clip", [b.node("Floor", [index]), b.scalar(0), b.scalar(last)]);
    const valid = b.node("Equal", [nearest, index]);
    const row = b.node("Cast", [b.node("Where", [valid, index, b.scalar(0)])], { to: int(dataTypes.int64) });
    const found = b.node("Gather", [table, row], { axis: int(0) });
    const known = b.node("Unsqueeze", [valid, b.integers([2])]);
    return b.reshapeRows(b.node("Where", [known, found, b.scalar(Number.NaN)]), rows, [columns]);
  },
  gatherGrad: gradient,
  unary: (b, { names, parameters }) => applyUnary(b, names[0] as string, parameters),
  unaryGrad: gradient,
  binary: (b, { repeated, parameters }) => {
    const [x, y] = repeated as [string, string];
    return binaryExporters[parameters.function as BinaryName](b, x, y);
  },
  select: (b, { repeated }) => {
    const [condition, x, y] = repeated as [string, string, string];
    return b.node("Where", [b.node("Cast", [condition], { to: int(dataTypes.bool) }), x, y]);
  },
  reduce: (b, { names, inputs, outputs, parameters }) => {
    const [x, name] = [names[0] as string, parameters.function as ReductionName];
    const [from, to] = [first(inputs), first(outputs)];
    if (parameters.axis === 0) return reduced(b, name, x, 0);
    if (parameters.axis === 2) return b.node("Reshape", [reduced(b, name, flat(b, x), 1), b.integers([1, 1])]);
    if (to.columns === 1) return reduced(b, name, x, 1);
    const groups = b.reshapeRows(x, from.rows, [to.columns, from.columns / to.columns]);
    return b.reshapeRows(reduced(b, name, groups, 2), to.rows, [to.columns]);
  },
  expand: (b, { names, inputs, outputs, parameters }) => {
    if (parameters.mean === 1) throw new NotExported("the gradient of a mean");
    const [from, to] = [first(inputs), first(outputs)];
    const x = names[0] as string;
    if (parameters.axis !== 1 || from.columns === 1) return b.node("Expand", [x, b.sizeOf(to)]);
    const columns = b.reshapeRows(x, from.rows, [from.columns, 1]);
    const repeats = b.node("Expand", [columns, b.integers([1, 1, to.columns / from.columns])]);
    return b.reshapeRows(repeats, to.rows, [to.columns]);
  },
  matmul: (b, { names, parameters }) => {
    const { transposeA, transposeB } = parameters;
    if (transposeA === 0 && transposeB === 0) return b.node("MatMul", names);
    return b.node("Gemm", names, { transA: int(Number(transposeA)), transB: int(Number(transposeB)) });
  },
  dense: (b, { names, repeated, parameters }) => {
    const [x, w] = names as [string, string];
    const bias = repeated[2] ?? "";
    const z = b.node("Gemm", bias === "" ? [x, w] : [x, w, bias]);
    return [applyUnary(b, z, parameters), z];
  },
  denseInputGrad: gradient,
  denseWeightGrad: gradient,
  softmax: (b, { names }) => b.node("Softmax", names, { axis: int(-1) }),
  softmaxGrad: gradient,
  logSoftmax: (b, { names }) => b.node("LogSoftmax", names, { axis: int(-1) }),
  logSoftmaxGrad: gradient,
  loss: { refused: "a loss" },
  lossGrad: gradient,
  dropout: { refused: "dropout in predictions" },
  random: { refused: "random numbers in predictions" },
  stepValue: { refused: "the number of a training step" },
  update: { refused: "an update of weights" },
};

/** Thrown where an exporter finds that it cannot. */
export class NotExported extends Error {}

function first(values: readonly (Value | null)[]): Value {
  return values[0] as Value;
}

function applyUnary(b: OnnxBuilder, x: string, parameters: Step["parameters"]): string {
  return unaryExporters[parameters.function as UnaryName](b, x, Number(parameters.alpha));
}

function flat(b: OnnxBuilder, x: string): string {
  return b.node("Reshape", [x, b.integers([1, -1])]);
}

const reductions: Readonly<Record<ReductionName, string>> = {
  sum: "ReduceSum",
  mean: "ReduceMean",
  maximum: "ReduceMax",
  minimum: "ReduceMin",
  argmax: "ArgMax",
  sumSquares: "ReduceSumSquare",
};

/** Reduces along one axis, which stays with size 1. */
function reduced(b: OnnxBuilder, name: ReductionName, x: string, axis: number): string {
  const op = reductions[name];
  if (name === "argmax") return asFloat(b, b.node(op, [x], { axis: int(axis), keepdims: int(1) }));
  // The axes became an operand with opset 13 for sums, and with 18 for the others.
  if (name === "sum" || b.opset >= 18) return b.node(op, [x, b.integers([axis])], { keepdims: int(1) });
  return b.node(op, [x], { axes: { kind: "ints", value: [axis] }, keepdims: int(1) });
}
