// What goes into the compiler and what comes out: functions of a graph, and one program that executes them all.

import type { OpName, OptimizerName } from "../program/ops.gen.js";
import type { PrintableProgram } from "../program/print.js";
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
  /** All inputs; they get a place even when nothing depends on them. Without this list they are found. */
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
  /** With `update`: what becomes of variables after the optimizer's update; computed from variables alone. */
  readonly constrain?: readonly Assignment[];
}

/** An update rule of the core; the learning rate is given with each step. */
export interface CoreRule {
  readonly name: OptimizerName;
  /** The slots that are present. */
  readonly slots: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** What an update rule over the graph is given for one trainable variable. */
export interface RuleInput {
  readonly variable: Variable;
  readonly parameter: SymbolicTensor;
  readonly gradient: SymbolicTensor;
  /** By name, in the shape of the parameter; 0 before the first update. */
  readonly slots: Readonly<Record<string, SymbolicTensor>>;
  /** By name, single numbers that all variables share, as `updateNumbers` has given them for this update. */
  readonly numbers: Readonly<Record<string, SymbolicTensor>>;
  /** Of this step, times the scale of the variable. */
  readonly learningRate: SymbolicTensor;
  /** The number of the update, counted from 1. */
  readonly step: SymbolicTensor;
}

/** What an update rule over the graph gives: all new values are computed before one is written. */
export interface RuleResult {
  readonly parameter: SymbolicTensor;
  /** Those that change. */
  readonly slots?: Readonly<Record<string, SymbolicTensor>>;
}

/** An update rule over the graph, compiled for each trainable variable. */
export interface GraphRule {
  readonly slots: readonly string[];
  update(input: RuleInput): RuleResult;
  readonly numbers?: readonly string[];
  /** The new numbers, once an update, from those of the update before; 0 before the first one. */
  updateNumbers?(input: Pick<RuleInput, "numbers" | "step" | "learningRate">): Readonly<Record<string, SymbolicTensor>>;
  /** Where gradients are taken, instead of at the parameter. */
  lookAhead?(input: Pick<RuleInput, "parameter" | "slots" | "variable">): SymbolicTensor;
}

/** How an update goes on: gradients are added up and clipped, the rule is applied, averages are taken. */
export interface OptimizerSpec {
  readonly rule: CoreRule | GraphRule;
  /** Apply the mean of the gradients of so many steps; default 1. */
  readonly accumulationSteps?: number;
  readonly clip?: { readonly by: "value" | "norm" | "globalNorm"; readonly limit: number };
  /** Where a rule of the core has a parameter `weightDecay`: which variables decay; default all. */
  readonly decays?: (variable: Variable) => boolean;
  readonly average?: {
    readonly momentum: number;
    /** The average takes the place of the weights after every so many updates; default never. */
    readonly overwriteEvery?: number;
  };
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

/**
 * The instructions of a function: [first, updateFirst) computes, [updateFirst, last) updates the parameters. The part from
 * `applyFirst` is for the steps that apply what was added up before it, when gradients are accumulated.
 */
export interface FunctionRange {
  readonly first: number;
  readonly updateFirst: number;
  readonly applyFirst: number;
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
  /** True when a loss depends on a trainable variable; else all these gradients are 0. */
  readonly learns: boolean;
  readonly slots: readonly { readonly name: string; readonly region: Region }[];
  /** Single numbers of the optimizer. */
  readonly numbers: readonly { readonly name: string; readonly offset: number }[];
  /** To be written once, after the program was created. */
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array }[];
  /** By instruction number. `outputs` and `inputs` are tensor numbers. */
  readonly instructions: readonly {
    readonly op: OpName;
    readonly layer: string;
    readonly outputs: readonly number[];
    readonly inputs: readonly number[];
  }[];
  readonly tensors: readonly PlannedTensor[];
  /** For `printProgram`. */
  readonly printable: PrintableProgram;
}
