// The types of what goes into a model and comes out of it, which follow the way in which inputs and outputs were given.

import type { SymbolicTensor } from "../graph/node.js";
import type { Tensor, TensorInput } from "../tensor.js";
import type { InputData, TargetData } from "./data.js";

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

type Result = Tensor<Float32Array>;

/** What `predict` gives: a tensor for one output, also in a list of one; a list; or an object with the names of the outputs. */
export type Prediction<S extends Symbols> = S extends SymbolicTensor
  ? Result
  : S extends readonly [SymbolicTensor]
    ? Result
    : S extends readonly SymbolicTensor[]
      ? number extends S["length"]
        ? Result | Result[]
        : { -readonly [K in keyof S]: Result }
      : { -readonly [K in keyof S]: Result };
