// Symbolic tensors: the nodes of the graph that models, losses and user functions build, before anything is computed.
// They know their shape and where they came from; they hold no numbers and know no backend.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { OpName } from "../program/ops.gen.js";
import { encodeShape, inferShape } from "./shapes.js";

/** `null` stands for the batch and may only come first. `[]` is a scalar. */
export type Shape = readonly (number | null)[];

/** A named array that outlives an execution: a weight, or the state of a layer. */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Trainable variables get gradients and are updated by the optimizer. May change between compilations. */
  trainable: boolean;
  /** Multiplies the learning rate of this variable; 1 unless a layer says otherwise. */
  learningRateScale: number;
}

export interface SymbolicTensor {
  readonly id: number;
  readonly kind: "input" | "variable" | "constant" | "op";
  /** For kind "op". */
  readonly op: OpName | null;
  readonly inputs: readonly SymbolicTensor[];
  /** The op's parameters by name: numbers, and names of functions such as "relu". */
  readonly attributes: Readonly<Record<string, number | string>>;
  readonly shape: Shape;
  /** For kind "input": its name. For kind "variable": the variable's name. Otherwise empty. */
  readonly name: string;
  /** Name of the layer that built the node, for errors, printing and profiles. */
  readonly layer: string;
  readonly variable: Variable | null;
  /** For kind "constant". */
  readonly values: Float32Array | null;
  /** Takes the place of the op's own gradient rule. */
  readonly custom: CustomGradient | null;
}

/** A gradient that somebody has written for what is computed from `inputs`. */
export interface CustomGradient {
  readonly inputs: readonly SymbolicTensor[];
  /** The gradient of each input; null where none flows. The inputs are those of the graph that is differentiated. */
  readonly gradients: (
    dy: SymbolicTensor,
    inputs: readonly SymbolicTensor[],
    y: SymbolicTensor,
  ) => readonly (SymbolicTensor | null)[];
}

/** What a node is made from: its operands, and those to which a gradient flows that somebody has written. */
export function sourcesOf(node: SymbolicTensor): readonly SymbolicTensor[] {
  return node.custom === null ? node.inputs : [...node.inputs, ...node.custom.inputs];
}

let nextId = 0;
let currentLayer = "";
let currentFunction = "";
let nextStream = (): number => 0;

/** Runs `build`; the nodes made in it belong to the layer of this name. The innermost name counts. */
export function withLayer<T>(name: string, build: () => T): T {
  const outer = currentLayer;
  currentLayer = name;
  try {
    return build();
  } finally {
    currentLayer = outer;
  }
}

/** Runs `build`; random numbers made in it have the streams that `next` gives unless they are told one. */
export function withStreams<T>(next: () => number, build: () => T): T {
  const outer = nextStream;
  nextStream = next;
  try {
    return build();
  } finally {
    nextStream = outer;
  }
}

/** The stream of random numbers that are not told one: in a layer one of its own, elsewhere 0. */
export function defaultStream(): number {
  return nextStream();
}

/** The name of the layer that has the variable: names are `layer/weight`. */
export function layerOf({ name }: Pick<Variable, "name">): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** The layer whose graph is built at the moment; empty outside of layers. */
export function layerInside(): string {
  return currentLayer;
}

/** Runs `build`, a function over `ops.*` that `name` was given, such as "grad". */
export function withFunction<T>(name: string, build: () => T): T {
  const outer = currentFunction;
  currentFunction = name;
  try {
    return build();
  } finally {
    currentFunction = outer;
  }
}

/** What was given the function whose graph is built at the moment; empty outside of such functions. */
export function functionInside(): string {
  return currentFunction;
}

/** How errors begin while a graph is built: `layer "hidden", ops.matmul`. */
export function placeOf(what: string): string {
  return currentLayer === "" ? what : `layer "${currentLayer}", ${what}`;
}

/** A value that the caller gives for each execution. */
export function inputNode(name: string, shape: Shape): SymbolicTensor {
  checkShape(`input "${name}"`, shape);
  return createNode({ kind: "input", name, shape });
}

/** The value of a variable. */
export function variableNode(variable: Variable): SymbolicTensor {
  checkShape(`variable "${variable.name}"`, variable.shape);
  return createNode({ kind: "variable", name: variable.name, shape: variable.shape, variable });
}

/** A value that never changes. */
export function constantNode(values: ArrayLike<number>, shape: readonly number[]): SymbolicTensor {
  checkShape("constant", shape);
  const count = shape.reduce((a, b) => a * b, 1);
  if (values.length !== count) {
    throw new ShapeError(explain("constant", `shape ${formatShape(shape)} needs ${count} values`, values.length));
  }
  return createNode({ kind: "constant", shape, values: Float32Array.from(values) });
}

/** The result of an operation. `inputs` are the operands that are present, in the order of ops.def. */
export function opNode(
  op: OpName,
  inputs: readonly SymbolicTensor[],
  attributes: Readonly<Record<string, number | string>> = {},
): SymbolicTensor {
  return createNode({
    kind: "op",
    op,
    inputs,
    attributes,
    shape: inferShape(op, inputs, attributes, placeOf(`ops.${op}`)),
  });
}

/** The value of `y`, whose gradient is another one than that of its operations. */
export function customNode(y: SymbolicTensor, custom: CustomGradient): SymbolicTensor {
  return createNode({
    kind: "op",
    op: "copy",
    inputs: [y],
    attributes: { shape: encodeShape(y.shape) },
    shape: y.shape,
    custom,
  });
}

function createNode(fields: Pick<SymbolicTensor, "kind" | "shape"> & Partial<SymbolicTensor>): SymbolicTensor {
  const { op = null, inputs = [], attributes = {}, name = "", variable = null, values = null, custom = null } = fields;
  const shape = Object.freeze([...fields.shape]);
  return {
    id: nextId++,
    kind: fields.kind,
    op,
    inputs,
    attributes,
    shape,
    name,
    layer: currentLayer,
    variable,
    values,
    custom,
  };
}

/** Throws unless every size is a positive integer, or null in the first place. */
export function checkShape(where: string, shape: Shape): void {
  shape.forEach((size, axis) => {
    const valid = size === null ? axis === 0 : Number.isInteger(size) && size >= 1;
    if (!valid) {
      const expectation = "a shape must have positive integers, or null for the batch in the first place";
      throw new ShapeError(explain(where, expectation, formatShape(shape)));
    }
  });
}
