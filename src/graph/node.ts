// Symbolic tensors: the nodes of the graph that models, losses and user functions build, before anything is computed.
// They know their shape and where they came from; they hold no numbers and know no backend.

import type { OpName } from "../program/ops.gen.js";

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
}
