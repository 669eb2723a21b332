// What an activation is: a function from a symbolic tensor to another, of the same shape but for glu, with a name and options.

import { checkOptions } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { named } from "../naming.js";
import { isSymbolic } from "../ops/operand.js";

/** A function over `ops.*`, applied to the result of a layer. */
export type ActivationFunction = (x: SymbolicTensor) => SymbolicTensor;

/** An activation with its options. */
export interface Activation {
  (x: SymbolicTensor): SymbolicTensor;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** `activations.relu(x)` applies it; `activations.relu()` and `activations.relu({...})` give the activation with options. */
export interface ActivationFactory<Options extends object> {
  (x: SymbolicTensor, options?: Options): SymbolicTensor;
  (options?: Options): Activation;
  readonly name: string;
}

/**
 * Makes the two-faced functions of `activations`: applied to a symbolic tensor they compute, otherwise they configure.
 * So `activation: activations.relu`, `activations.relu()` and `"relu"` all mean the same.
 */
export function createActivation<Options extends object>(
  name: string,
  defaults: Required<Options>,
  apply: (x: SymbolicTensor, options: Required<Options>) => SymbolicTensor,
  check: (options: Required<Options>) => void = () => {},
): ActivationFactory<Options> {
  const configure = (options: object): Required<Options> => {
    checkOptions(`activations.${name}`, options, Object.keys(defaults));
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const all: Required<Options> = { ...defaults, ...given };
    check(all);
    return all;
  };
  const factory = (
    first: SymbolicTensor | Options = {} as Options,
    options: object = {},
  ): SymbolicTensor | Activation => {
    if (isSymbolic(first)) return apply(first, configure(options));
    const config = configure(first);
    return named((x: SymbolicTensor) => apply(x, config), name, { config }) as Activation;
  };
  return named(factory, name, {}) as ActivationFactory<Options>;
}
