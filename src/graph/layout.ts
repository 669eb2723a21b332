// The arena's persistent part: parameters, gradients and optimizer slots, each one contiguous range, and constants.

import { internalError } from "../errors.js";
import { aligned } from "../program/plan.js";
import type { Value } from "../program/steps.js";
import type { OptimizerSpec, Region } from "./compiled.js";
import type { Variable } from "./node.js";

export interface Layout {
  readonly variables: ReadonlyMap<Variable, Region>;
  /** The trainable variables in the order of the regions. */
  readonly trainable: readonly Variable[];
  readonly parameters: Region;
  readonly gradients: Region;
  readonly slots: readonly { readonly name: string; readonly region: Region }[];
  readonly constants: readonly { readonly value: Value; readonly offset: number; readonly values: Float32Array }[];
  /** Where the memory of activations begins. */
  readonly end: number;
}

/** Trainable variables lie one behind the other without gaps, gradients and slots likewise: one update serves them all. */
export function layOut(
  variables: readonly Variable[],
  differentiated: boolean,
  optimizer: OptimizerSpec | undefined,
  constants: Iterable<Value>,
): Layout {
  let end = 0;
  const take = (length: number): Region => {
    const region = { offset: end, length };
    end = aligned(end + length);
    return region;
  };
  const size = (variable: Variable): number => variable.shape.reduce((a, b) => a * b, 1);
  const trainable = variables.filter((variable) => variable.trainable);
  const ordered = [...trainable, ...variables.filter((variable) => !variable.trainable)];
  if (new Set(ordered).size !== ordered.length) throw internalError("a variable is listed twice");
  const places = new Map<Variable, Region>();
  let offset = 0;
  for (const variable of ordered) {
    places.set(variable, { offset, length: size(variable) });
    offset += size(variable);
  }
  const trained = trainable.reduce((sum, variable) => sum + size(variable), 0);
  const parameters = take(offset);
  const gradients = take(differentiated ? trained : 0);
  const slots = (optimizer?.slots ?? []).map((name) => ({ name, region: take(trained) }));
  const placedConstants = [...constants].map((value) => {
    const values = value.numbers ?? new Float32Array();
    // Numbers lie side by side: an alignment of their own would cost a cache line each.
    if (values.length > 1) end = aligned(end);
    const place = end;
    end += values.length;
    return { value, offset: place, values };
  });
  return { variables: places, trainable, parameters, gradients, slots, constants: placedConstants, end: aligned(end) };
}
