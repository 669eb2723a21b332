// The values of weights, out of layers and models and into them.

import { explain, formatShape, ShapeError } from "../errors.js";
import { toTensor } from "../tensor.js";
import type { Weight } from "./weight.js";

/** A weight with its name, as `getWeights` gives it. */
export interface WeightValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Named = readonly { readonly name: string; readonly weight: Weight }[];

export function copyWeights(weights: Named): WeightValues[] {
  return weights.map(({ name, weight }) => ({ name, shape: [...weight.variable.shape], data: weight.read() }));
}

/** All or nothing: every value is checked before the first weight is changed. */
export function replaceWeights(where: string, weights: Named, values: readonly unknown[]): void {
  if (!Array.isArray(values) || values.length !== weights.length) {
    const received = Array.isArray(values) ? String(values.length) : typeof values;
    throw new RangeError(explain(where, `expected ${weights.length} weights`, received));
  }
  const copies = weights.map(({ name, weight }, i) =>
    checkedCopy(`${where}, weight ${i} ("${name}")`, weight, values[i]),
  );
  weights.forEach(({ weight }, i) => {
    weight.hold(copies[i] as Float32Array);
  });
}

function checkedCopy(place: string, weight: Weight, value: unknown): Float32Array {
  const { shape } = weight.variable;
  const flat = ArrayBuffer.isView(value);
  const given = toTensor(value, undefined, place);
  const fits = flat ? given.size === weight.size : formatShape(given.shape) === formatShape(shape);
  if (!fits) throw new ShapeError(explain(place, `expected shape ${formatShape(shape)}`, formatShape(given.shape)));
  const copy = Float32Array.from(given.data);
  const bad = copy.findIndex((number) => !Number.isFinite(number));
  if (bad >= 0) throw new RangeError(explain(place, "expected finite numbers", `${copy[bad]} at place ${bad}`));
  return copy;
}
