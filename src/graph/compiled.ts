// What goes into the compiler and what comes out: functions of a graph, and one program that executes them all.

import type { OpName, OptimizerName } from "../program/ops.gen.js";
import type { SymbolicTensor, Variable } from "./node.js";

/** A new value for a variable. */
export interface Assignment {
  readonly variable: Variable;
  readonly value: SymbolicTensor;
}

/** A part of a graph that is executed as one range of instructions. */
export interface GraphFunction {
  /** E.g. "predict", "evaluate", "train". */
  readonly name: string;
  /** Results; readable after the range has run. */
  readonly outputs: readonly SymbolicTensor[];
  /** Inputs that get a place even when nothing depends on them; the others are found. */
  readonly inputs?: readonly SymbolicTensor[];
  /** A scalar; adds the gradients with respect to all trainable variables, written to the gradient region. */
  readonly loss?: SymbolicTensor;
  /** The gradients of `loss` with respect to these nodes stay readable, too. */
  readonly gradientOutputs?: readonly SymbolicTensor[];
  /**
   * New values of variables. They are computed in the forward range and taken over at the beginning of the update range: all of
   * them are read before the first is written, and a step that is not updated changes nothing.
   */
  readonly assign?: readonly Assignment[];
  /** Appends the optimizer's update instructions. */
  readonly update?: boolean;
}

/** The update rule; the learning rate is given with each step. */
export interface OptimizerSpec {
  readonly name: OptimizerName;
  /** The slots that are present. */
  readonly slots: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}

export interface CompileOptions {
  readonly functions: readonly GraphFunction[];
  readonly variables: readonly Variable[];
  readonly optimizer?: OptimizerSpec;
  /** The largest number of rows of a batch. */
  readonly batchRows: number;
  /** Merge instructions; default true. Without, programs are longer and slower, and give the same numbers. */
  readonly fuse?: boolean;
}

/** A part of the arena, in floats. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** A row of the program's tensor table. */
export interface PlannedTensor {
  readonly index: number;
  readonly offset: number;
  /** Of a batch tensor: the largest number of rows. */
  readonly rows: number;
  readonly columns: number;
  readonly batch: boolean;
}

/** The instructions of a function: [first, updateFirst) computes, [updateFirst, last) updates the parameters. */
export interface FunctionRange {
  readonly first: number;
  readonly updateFirst: number;
  readonly last: number;
}

export interface CompiledProgram {
  /** What backends take. */
  readonly words: Int32Array;
  readonly arenaLength: number;
  readonly batchRows: number;
  readonly functions: Readonly<Record<string, FunctionRange>>;
  /** The place of an input or output of a function. */
  tensor(fn: string, node: SymbolicTensor): PlannedTensor;
  /** The place of the gradient of a trainable variable, or of one of `gradientOutputs`. */
  gradient(node: SymbolicTensor | Variable): PlannedTensor;
  readonly variables: ReadonlyMap<Variable, Region>;
  /** All variables, the trainable ones first. */
  readonly parameters: Region;
  /** The gradients of the trainable variables, in the same order. */
  readonly gradients: Region;
  readonly slots: readonly { readonly name: string; readonly region: Region }[];
  /** To be written once, after the program was created. */
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array }[];
  /** By instruction number. `outputs` are tensor numbers. */
  readonly instructions: readonly {
    readonly op: OpName;
    readonly layer: string;
    readonly outputs: readonly number[];
  }[];
  readonly tensors: readonly PlannedTensor[];
  /** The program as text. */
  toString(): string;
}
