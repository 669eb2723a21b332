// The arena's persistent part: parameters, gradients and optimizer slots, each one contiguous range, and constants.

import { internalError } from "../errors.js";
import { aligned } from "../program/plan.js";
import type { Value } from "../program/steps.js";
import type { Region } from "./compiled.js";
import type { Variable } from "./node.js";
import type { UpdatePlan } from "./update.js";
import type { ArrayPlace } from "./update-arrays.js";

export interface Layout {
  readonly variables: ReadonlyMap<Variable, Region>;
  /** The variables, and the arrays of the update. */
  readonly places: ReadonlyMap<Variable, Region>;
  /** The trainable variables in the order of the regions. */
  readonly trainable: readonly Variable[];
  readonly parameters: Region;
  readonly gradients: Region;
  readonly slots: readonly { readonly name: string; readonly region: Region }[];
  readonly numbers: readonly { readonly name: string; readonly offset: number }[];
  readonly constants: readonly { readonly value: Value; readonly offset: number; readonly values: Float32Array }[];
  /** Where the memory of activations begins. */
  readonly end: number;
}

/** Trainable variables lie one behind the other without gaps, gradients and slots likewise: one update serves them all. */
export function layOut(
  variables: readonly Variable[],
  differentiated: boolean,
  update: UpdatePlan | null,
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
  const slots = (update?.slots ?? []).map((name) => ({ name, region: take(trained) }));
  const numbers = (update?.numbers ?? []).map((name) => ({ name, offset: take(1).offset }));
  const placedConstants = [...constants].map((value) => {
    const values = value.numbers ?? new Float32Array();
    // Numbers lie side by side: an alignment of their own would cost a cache line each.
    if (values.length > 1) end = aligned(end);
    const place = end;
    end += values.length;
    return { value, offset: place, values };
  });
  const regions = { parameters, gradients, slots, numbers, trained };
  const all = new Map(places);
  for (const [array, place] of update?.arrays.places ?? []) all.set(array, placeArray(place, places, regions));
  const layout = { variables: places, places: all, trainable, parameters, gradients, slots, numbers };
  return { ...layout, constants: placedConstants, end: aligned(end) };
}

type Regions = Pick<Layout, "parameters" | "gradients" | "slots" | "numbers"> & { readonly trained: number };

/** Gradients and slots lie like the trainable parameters, which come first in their region. */
function placeArray({ region, of }: ArrayPlace, variables: ReadonlyMap<Variable, Region>, regions: Regions): Region {
  if (typeof region === "object" && "number" in region) {
    const number = regions.numbers.find(({ name }) => name === region.number);
    if (number === undefined) throw internalError(`the update has no number ${region.number}`);
    return { offset: number.offset, length: 1 };
  }
  const whole =
    typeof region === "string" ? regions[region] : regions.slots.find(({ name }) => name === region.slot)?.region;
  if (whole === undefined) throw internalError("the update uses a slot that it does not have");
  if (of === null) return { offset: whole.offset, length: regions.trained };
  const place = variables.get(of);
  if (place === undefined) throw internalError(`variable ${of.name} is not listed`);
  return { offset: whole.offset + place.offset - regions.parameters.offset, length: place.length };
}
