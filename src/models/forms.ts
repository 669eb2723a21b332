// The types of what goes into a model and comes out of it, which follow the way in which inputs and outputs were given.

import type { SymbolicTensor } from "../graph/node.js";
import type { Tensor, TensorInput } from "../tensor.js";
import type { InputData, TargetData } from "./data.js";
import type { Batches } from "./stream.js";

/** Inputs or outputs of a model: one, a list, or an object by name. */
export type Symbols = SymbolicTensor | readonly SymbolicTensor[] | Readonly<Record<string, SymbolicTensor>>;

/** The names as an editor completes them: the keys of the object form, else any. */
export type NameOf<S extends Symbols> = S extends SymbolicTensor | readonly SymbolicTensor[]
  ? string
  : keyof S & string;

/** What `x` may be. */
export type InputsFor<S extends Symbols> = S extends SymbolicTensor | readonly SymbolicTensor[]
  ? InputData
  : Readonly<Record<keyof S & string, TensorInput>> | readonly TensorInput[];

/** What `y` may be. */
export type TargetsFor<S extends Symbols> = S extends SymbolicTensor | readonly SymbolicTensor[]
  ? TargetData
  : { readonly [K in keyof S]?: TensorInput | null } | readonly (TensorInput | null)[];

/** What may be given instead of `x` and `y`. */
export type BatchesFor<In extends Symbols, Out extends Symbols> = Batches<InputsFor<In>, TargetsFor<Out>>;

/** All of them as a list. */
export type ListOf<S extends Symbols> = S extends SymbolicTensor
  ? readonly [SymbolicTensor]
  : S extends readonly SymbolicTensor[]
    ? S
    : readonly SymbolicTensor[];

/** What `call` may be given. */
export type CallsFor<S extends Symbols> = S extends SymbolicTensor | readonly SymbolicTensor[]
  ? SymbolicTensor | readonly SymbolicTensor[]
  : Readonly<Record<keyof S & string, SymbolicTensor>> | readonly SymbolicTensor[];

/** One for each output: itself for one output, also in a list of one; a list; or an object with the names of the outputs. */
export type Formed<S extends Symbols, T> = S extends SymbolicTensor
  ? T
  : S extends readonly [SymbolicTensor]
    ? T
    : S extends readonly SymbolicTensor[]
      ? number extends S["length"]
        ? T | T[]
        : { -readonly [K in keyof S]: T }
      : { -readonly [K in keyof S]: T };

/** What `predict` gives. */
export type Prediction<S extends Symbols> = Formed<S, Tensor<Float32Array>>;
