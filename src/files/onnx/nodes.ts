// What the operations of ONNX mean here. Importers of results that are known beforehand give constants.

import * as activations from "../../activations/index.js";
import type { SymbolicTensor } from "../../graph/node.js";
import { countElements } from "../../graph/shapes.js";
import * as layers from "../../layers/index.js";
import * as ops from "../../ops/index.js";
import { type Constant, isConstant, type Known, list, readConstant, transposed } from "./constants.js";
import type { GraphImport } from "./import.js";
import { dataTypes, type OnnxNode } from "./proto.js";

type Importer = (graph: GraphImport, node: OnnxNode) => Known;
type Tensor = SymbolicTensor;

function integer(node: OnnxNode, name: string, standard: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "int" ? attribute.value : standard;
}

function real(node: OnnxNode, name: string, standard: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "float" ? attribute.value : standard;
}

/** Integers that are an attribute in old operations and an operand in new ones. */
function integers(graph: GraphImport, node: OnnxNode, name: string, place: number): number[] | undefined {
  const attribute = node.attributes.get(name);
  if (attribute?.kind === "ints") return [...attribute.value];
  const operand = graph.constant(node, place);
  return operand === undefined ? undefined : Array.from(operand.values);
}

const elementwise =
  (apply: (x: Tensor) => Tensor): Importer =>
  (graph, node) =>
    apply(graph.tensor(node, 0));

const activation = (name: Parameters<typeof layers.activation>[0]): Importer =>
  elementwise((x) => layers.activation(name)(x));

const joining =
  (apply: (x: Tensor, y: Tensor) => Tensor): Importer =>
  (graph, node) => {
    const operands = node.inputs.map((_, place) => graph.tensor(node, place));
    const [first, ...rest] = operands;
    if (first === undefined) throw graph.refuse("expected one or more inputs", "none");
    return rest.reduce(apply, first);
  };

const reducing =
  (apply: typeof ops.sum): Importer =>
  (graph, node) => {
    const x = graph.tensor(node, 0);
    const given = integers(graph, node, "axes", 1) ?? [];
    if (given.length === 0 && integer(node, "noop_with_empty_axes", 0) === 1) return x;
    const axes = given.length === 0 ? x.shape.map((_, axis) => axis) : given;
    const rank = x.shape.length;
    const places = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => b - a);
    if (places.includes(0)) throw graph.refuse("expected axes behind the batch", `[${axes.join(", ")}]`);
    const keepDims = integer(node, "keepdims", 1) === 1;
    return places.reduce((y, axis) => apply(y, axis, { keepDims }), x);
  };

/** Softmax and logSoftmax, of rows. */
const overRows =
  (name: "softmax" | "logSoftmax"): Importer =>
  (graph, node) => {
    const x = graph.tensor(node, 0);
    const axis = integer(node, "axis", graph.graph.opset < 13 ? 1 : -1);
    if (axis === -1 || axis === x.shape.length - 1) return layers.activation(name)(x);
    throw graph.refuse("expected the last axis", String(axis));
  };

function dense(graph: GraphImport, x: Tensor, kernel: Constant, bias: Constant | undefined): Tensor {
  const [inputs, units] = kernel.dims;
  if (kernel.dims.length !== 2 || units === undefined || units < 1 || x.shape.length !== 2 || x.shape[1] !== inputs) {
    throw graph.refuse(
      `expected [batch, ${inputs}] times a matrix`,
      `[${x.shape.join(", ")}] and [${kernel.dims.join(", ")}]`,
    );
  }
  // A column would be added to the rows of one batch size alone.
  const isRow = (bias?.dims.at(-1) ?? 1) === bias?.values.length;
  if (bias !== undefined && !(bias.values.length === 1 || (bias.values.length === units && isRow))) {
    throw graph.refuse(`expected a bias of ${units} numbers`, `shape [${bias.dims.join(", ")}]`);
  }
  const layer = layers.dense({ units, useBias: bias !== undefined, ...graph.layerName(kernel) });
  const spread = bias?.values.length === units ? [bias.values] : [new Float32Array(units).fill(bias?.values[0] ?? 0)];
  return graph.layer(layer, x, [kernel.values, ...(bias === undefined ? [] : spread)]);
}

function scaled({ name, dims, values }: Constant, factor: number): Constant {
  return { name, dims, values: factor === 1 ? values : values.map((value) => value * factor) };
}

const gemm: Importer = (graph, node) => {
  const [a, b, c] = [graph.required(node, 0), graph.required(node, 1), graph.operand(node, 2)];
  const [alpha, beta] = [real(node, "alpha", 1), real(node, "beta", 1)];
  const [transA, transB] = [integer(node, "transA", 0) === 1, integer(node, "transB", 0) === 1];
  if (!isConstant(a) && isConstant(b) && b.dims.length === 2 && !transA && (c === undefined || isConstant(c))) {
    const kernel = scaled(transB ? transposed(b) : b, alpha);
    return dense(graph, a, kernel, c === undefined ? undefined : scaled(c, beta));
  }
  const options = { transposeA: transA, transposeB: transB };
  const product = ops.mul(ops.matmul(graph.lifted(a), graph.lifted(b), options), alpha);
  return c === undefined ? product : ops.add(product, ops.mul(graph.lifted(c), beta));
};

/** With the addition behind it, if there is one of a vector. */
const matmul: Importer = (graph, node) => {
  const [a, b] = [graph.required(node, 0), graph.required(node, 1)];
  if (isConstant(a) || !isConstant(b) || b.dims.length !== 2) return ops.matmul(graph.lifted(a), graph.lifted(b));
  const [output = ""] = node.outputs;
  const addition = graph.onlyReader(output, "Add");
  const other = graph.known(addition?.inputs.find((name) => name !== output) ?? "");
  const units = b.dims[1] ?? 0;
  if (addition === undefined || other === undefined || !isConstant(other) || other.values.length !== units) {
    return dense(graph, a, b, undefined);
  }
  if ((other.dims.at(-1) ?? 0) !== units) return dense(graph, a, b, undefined);
  return graph.finish(addition, dense(graph, a, b, other));
};

/** The last axis must be as long as these. */
function features(graph: GraphImport, x: Tensor, ...vectors: (Constant | undefined)[]): number {
  const size = x.shape.at(-1) as number;
  for (const vector of vectors) {
    if (vector !== undefined && vector.values.length !== size) {
      throw graph.refuse(`expected vectors of ${size} numbers`, String(vector.values.length));
    }
  }
  return size;
}

const batchNormalization: Importer = (graph, node) => {
  const x = graph.tensor(node, 0);
  if (integer(node, "training_mode", 0) === 1) throw graph.refuse("expected training_mode 0", "1");
  const vectors = [1, 2, 3, 4].map((place) => graph.constant(node, place) as Constant);
  if (x.shape.length !== 2) throw graph.refuse("expected input [batch, features]", `[${x.shape.join(", ")}]`);
  features(graph, x, ...vectors);
  const options = { epsilon: real(node, "epsilon", 1e-5), momentum: real(node, "momentum", 0.9) };
  const layer = layers.batchNormalization({ ...options, ...graph.layerName(vectors[0]) });
  return graph.layer(
    layer,
    x,
    vectors.map(({ values }) => values),
  );
};

const layerNormalization: Importer = (graph, node) => {
  const [x, scale, offset] = [graph.tensor(node, 0), graph.constant(node, 1), graph.constant(node, 2)];
  const axis = integer(node, "axis", -1);
  if (axis !== -1 && axis !== x.shape.length - 1) throw graph.refuse("expected the last axis", String(axis));
  if (scale === undefined) throw graph.refuse("expected a scale", "none");
  features(graph, x, scale, offset);
  const options = { epsilon: real(node, "epsilon", 1e-5), center: offset !== undefined, ...graph.layerName(scale) };
  const weights = [scale, ...(offset === undefined ? [] : [offset])].map(({ values }) => values);
  return graph.layer(layers.layerNormalization(options), x, weights);
};

const prelu: Importer = (graph, node) => {
  const [x, slope] = [graph.tensor(node, 0), graph.constant(node, 1)];
  const shared = slope?.values.length === 1;
  if (slope === undefined || x.shape.length !== 2)
    throw graph.refuse("expected input [batch, features]", `[${x.shape.join(", ")}]`);
  if (!shared) features(graph, x, slope);
  const layer = layers.prelu({ ...(shared ? { sharedAxes: [1] } : {}), ...graph.layerName(slope) });
  return graph.layer(layer, x, [slope.values]);
};

/** Rows of a table by number, or sizes out of a shape. */
const gather: Importer = (graph, node) => {
  const [table, index] = [graph.required(node, 0), graph.required(node, 1)];
  const axis = integer(node, "axis", 0);
  if (isConstant(table) && axis === 0 && isConstant(index) && table.dims.length === 1) {
    const places = Array.from(index.values, (i) => (i < 0 ? i + table.values.length : i));
    return { name: "", dims: index.dims, values: Float32Array.from(places, (i) => table.values[i] ?? Number.NaN) };
  }
  if (!isConstant(table) || isConstant(index) || axis !== 0 || table.dims.length !== 2) {
    throw graph.refuse("expected a constant matrix and the numbers of its rows", "something else");
  }
  const [inputDim = 0, outputDim = 0] = table.dims;
  const layer = layers.embedding({ inputDim, outputDim, ...graph.layerName(table) });
  return graph.layer(layer, index, [table.values]);
};

/** A row in another shape; the first size stands for the batch. */
function reshaped(graph: GraphImport, x: Tensor, target: readonly number[]): Tensor {
  const sizes = target.slice(1).map((size, i) => (size === 0 ? (x.shape[i + 1] ?? 0) : size));
  if (target.length < 2 || sizes.filter((size) => size === -1).length > 1) {
    throw graph.refuse("expected a batch and sizes behind it", `[${target.join(", ")}]`);
  }
  if (sizes.includes(-1)) {
    const rest = sizes.reduce((a, b) => (b === -1 ? a : a * b), 1);
    sizes[sizes.indexOf(-1)] = countElements(x.shape) / rest;
  }
  return ops.reshape(x, [null, ...sizes]);
}

const reshape: Importer = (graph, node) => {
  const [x, target] = [graph.required(node, 0), integers(graph, node, "shape", 1)];
  if (target === undefined) throw graph.refuse("expected a shape", "none");
  if (!isConstant(x)) return reshaped(graph, x, target);
  const known = target.reduce((a, b) => (b === -1 ? a : a * b), 1);
  const dims = target.map((size) => (size === -1 ? x.values.length / known : size));
  return { ...x, dims };
};

const flatten: Importer = (graph, node) => {
  const x = graph.tensor(node, 0);
  const axis = integer(node, "axis", 1);
  if (axis === 1) return layers.flatten()(x);
  throw graph.refuse("expected axis 1", String(axis));
};

const concat: Importer = (graph, node) => {
  const parts = node.inputs.map((_, place) => graph.required(node, place));
  if (parts.every(isConstant)) {
    if (parts.some(({ dims }) => dims.length > 1))
      throw graph.refuse("expected lists of numbers", "constants of several axes");
    return list(parts.flatMap(({ values }) => Array.from(values)));
  }
  return layers.concatenate({ axis: integer(node, "axis", -1) })(parts.map((part) => graph.lifted(part)));
};

/** Places on axes of so many, from the first on. */
function placesOf(graph: GraphImport, axes: readonly number[], rank: number): number[] {
  const places = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  if (places.every((place, i) => place >= 0 && place < rank && place !== places[i - 1])) return places;
  throw graph.refuse(`expected different axes of ${rank}`, `[${axes.join(", ")}]`);
}

const unsqueeze: Importer = (graph, node) => {
  const x = graph.required(node, 0);
  const axes = integers(graph, node, "axes", 1) ?? [];
  const rank = (isConstant(x) ? x.dims : x.shape).length + axes.length;
  // Axes of the result: the first one is there when the next one comes.
  const places = placesOf(graph, axes, rank);
  if (!isConstant(x)) return places.reduce((y, place) => ops.expandDims(y, place), x);
  const dims = [...x.dims];
  for (const place of places) dims.splice(place, 0, 1);
  return { ...x, dims };
};

const squeeze: Importer = (graph, node) => {
  const x = graph.required(node, 0);
  const axes = integers(graph, node, "axes", 1);
  if (axes === undefined) {
    if (isConstant(x)) return { ...x, dims: x.dims.filter((size) => size !== 1) };
    throw graph.refuse("expected axes", "none");
  }
  const places = placesOf(graph, axes, (isConstant(x) ? x.dims : x.shape).length).reverse();
  if (!isConstant(x)) return places.reduce((y, place) => ops.squeeze(y, place), x);
  if (places.some((place) => x.dims[place] !== 1)) {
    throw graph.refuse("expected axes of size 1", `[${x.dims.join(", ")}]`);
  }
  return { ...x, dims: x.dims.filter((_, place) => !places.includes(place)) };
};

const transpose: Importer = (graph, node) => {
  const x = graph.required(node, 0);
  const order = integers(graph, node, "perm", 1);
  if (isConstant(x) && x.dims.length === 2 && (order === undefined || order.join() === "1,0")) return transposed(x);
  const plain = order?.every((axis, i) => axis === i) === true;
  if (plain) return x;
  throw graph.refuse("expected a constant matrix", "a result of the inputs");
};

const slice: Importer = (graph, node) => {
  const x = graph.required(node, 0);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((place) => graph.constant(node, place)?.values);
  if (starts?.length !== 1 || ends?.length !== 1 || (steps !== undefined && steps[0] !== 1)) {
    throw graph.refuse("expected a slice of one axis in steps of 1", "another one");
  }
  const dims = isConstant(x) ? x.dims : x.shape;
  const axis = axes?.[0] ?? 0;
  const place = axis < 0 ? axis + dims.length : axis;
  const size = dims[place] ?? 0;
  const at = (i: number) => Math.max(0, Math.min(i < 0 ? i + size : i, size));
  const [start, end] = [at(starts[0] as number), at(ends[0] as number)];
  if (isConstant(x) && x.dims.length === 1) return list(x.values.slice(start, end));
  if (isConstant(x)) throw graph.refuse("expected a list or a result of the inputs", "a constant of several axes");
  if (place === 0) throw graph.refuse("expected an axis behind the batch", "axis 0");
  return ops.slice(x, start, end - start, place);
};

const cast: Importer = (graph, node) => {
  const x = graph.required(node, 0);
  const to = integer(node, "to", dataTypes.float);
  const reals: readonly number[] = [dataTypes.float, dataTypes.double, dataTypes.float16];
  if (reals.includes(to)) return x;
  if (isConstant(x)) {
    return { ...x, values: x.values.map(to === dataTypes.bool ? (value) => Number(value !== 0) : Math.trunc) };
  }
  if (to === dataTypes.bool) return ops.notEqual(x, 0);
  return ops.mul(ops.sign(x), ops.floor(ops.abs(x)));
};

const clip: Importer = (graph, node) => {
  const bound = (name: string, place: number, standard: number) =>
    graph.constant(node, place)?.values[0] ?? real(node, name, standard);
  const x = graph.tensor(node, 0);
  const [low, high] = [bound("min", 1, -Infinity), bound("max", 2, Infinity)];
  const above = low === -Infinity ? x : ops.maximum(x, low);
  return high === Infinity ? above : ops.minimum(above, high);
};

const dropout: Importer = (graph, node) => {
  const x = graph.tensor(node, 0);
  const rate = graph.constant(node, 1)?.values[0] ?? real(node, "ratio", 0.5);
  return layers.dropout({ rate })(x);
};

const constant: Importer = (graph, node) => {
  const tensor = node.attributes.get("value");
  if (tensor?.kind === "tensor") return readConstant(graph.where, tensor.value);
  for (const name of ["value_float", "value_int", "value_floats", "value_ints"]) {
    const attribute = node.attributes.get(name);
    if (attribute === undefined) continue;
    if (attribute.kind === "float" || attribute.kind === "int") return { ...list([attribute.value]), dims: [] };
    if (attribute.kind === "floats" || attribute.kind === "ints") return list(attribute.value);
  }
  throw graph.refuse("expected a tensor of numbers", "none");
};

// What ONNX takes where a file says nothing.
const seluAlpha = 1.6732632423543772;
const seluGamma = 1.0507009873554805;

export const importers: Readonly<Record<string, Importer>> = {
  Gemm: gemm,
  MatMul: matmul,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  PRelu: prelu,
  Gather: gather,
  Dropout: dropout,
  Relu: activation("relu"),
  Sigmoid: activation("sigmoid"),
  Tanh: activation("tanh"),
  Selu: (graph, node) => {
    const [alpha, gamma] = [real(node, "alpha", seluAlpha), real(node, "gamma", seluGamma)];
    const x = graph.tensor(node, 0);
    if (Math.fround(alpha) === Math.fround(seluAlpha) && Math.fround(gamma) === Math.fround(seluGamma)) {
      return layers.activation("selu")(x);
    }
    return ops.mul(layers.elu({ alpha })(x), gamma);
  },
  Softplus: activation("softplus"),
  Softsign: activation("softsign"),
  Mish: activation("mish"),
  HardSwish: activation("hardSilu"),
  Softmax: overRows("softmax"),
  LogSoftmax: overRows("logSoftmax"),
  LeakyRelu: (graph, node) => layers.leakyRelu({ negativeSlope: real(node, "alpha", 0.01) })(graph.tensor(node, 0)),
  Elu: (graph, node) => layers.elu({ alpha: real(node, "alpha", 1) })(graph.tensor(node, 0)),
  Celu: (graph, node) => activations.celu({ alpha: real(node, "alpha", 1) })(graph.tensor(node, 0)),
  Gelu: (graph, node) => {
    const approximate = node.attributes.get("approximate");
    const tanh = approximate?.kind === "string" && approximate.value === "tanh";
    return (tanh ? ops.geluTanh : ops.gelu)(graph.tensor(node, 0));
  },
  HardSigmoid: (graph, node) => {
    const line = ops.add(ops.mul(graph.tensor(node, 0), real(node, "alpha", 0.2)), real(node, "beta", 0.5));
    return ops.clip(line, 0, 1);
  },
  Clip: clip,
  Add: joining(ops.add),
  Sub: joining(ops.sub),
  Mul: joining(ops.mul),
  Div: joining(ops.div),
  Pow: joining((x, y) =>
    y.kind === "constant" && y.values?.length === 1 && y.values[0] === 2 ? ops.square(x) : ops.pow(x, y),
  ),
  Max: joining(ops.maximum),
  Min: joining(ops.minimum),
  Sum: joining(ops.add),
  Mean: (graph, node) => ops.div(joining(ops.add)(graph, node) as Tensor, node.inputs.length),
  Equal: joining(ops.equal),
  Less: joining(ops.less),
  LessOrEqual: joining(ops.lessEqual),
  Greater: joining(ops.greater),
  GreaterOrEqual: joining(ops.greaterEqual),
  Not: elementwise((x) => ops.sub(1, x)),
  Where: (graph, node) => ops.where(graph.tensor(node, 0), graph.tensor(node, 1), graph.tensor(node, 2)),
  Neg: elementwise(ops.neg),
  Abs: elementwise(ops.abs),
  Sign: elementwise(ops.sign),
  Floor: elementwise(ops.floor),
  Ceil: elementwise(ops.ceil),
  Round: elementwise(ops.round),
  Exp: elementwise(ops.exp),
  Log: elementwise(ops.log),
  Sqrt: elementwise(ops.sqrt),
  Reciprocal: elementwise(ops.reciprocal),
  Erf: elementwise(ops.erf),
  Sin: elementwise(ops.sin),
  Cos: elementwise(ops.cos),
  ReduceSum: reducing(ops.sum),
  ReduceMean: reducing(ops.mean),
  ReduceMax: reducing(ops.max),
  ReduceMin: reducing(ops.min),
  ReduceSumSquare: reducing(ops.sumSquares),
  ArgMax: (graph, node) => {
    if (integer(node, "select_last_index", 0) === 1)
      throw graph.refuse("expected the first of equal numbers", "the last");
    return ops.argmax(graph.tensor(node, 0), integer(node, "axis", 0), {
      keepDims: integer(node, "keepdims", 1) === 1,
    });
  },
  Concat: concat,
  Slice: slice,
  Flatten: flatten,
  Reshape: reshape,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Transpose: transpose,
  Cast: cast,
  Identity: (graph, node) => graph.required(node, 0),
  Constant: constant,
  Shape: (graph, node) => {
    const x = graph.required(node, 0);
    // -1 stands for the batch, as Reshape takes it.
    return list(isConstant(x) ? x.dims : x.shape.map((size) => size ?? -1));
  },
};
