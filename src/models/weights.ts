// Weights out of and into a model.

import type { WeightValues } from "../callbacks/callback.js";
import { explain, formatShape, ShapeError } from "../errors.js";
import type { Weight } from "../layers/weight.js";
import { toTensor } from "../tensor.js";

export function copyWeights(weights: readonly Weight[]): WeightValues[] {
  return weights.map((weight) => {
    const { name, shape } = weight.variable;
    return { name, shape: [...shape], data: weight.read() };
  });
}

/** All or nothing: every value is checked before the first weight is changed. */
export function replaceWeights(where: string, weights: readonly Weight[], values: readonly unknown[]): void {
  if (!Array.isArray(values) || values.length !== weights.length) {
    const received = Array.isArray(values) ? String(values.length) : typeof values;
    throw new RangeError(explain(where, `expected ${weights.length} weights`, received));
  }
  const copies = weights.map((weight, i) => checkedCopy(where, weight, values[i], i));
  weights.forEach((weight, i) => {
    weight.hold(copies[i] as Float32Array);
  });
}

function checkedCopy(where: string, weight: Weight, value: unknown, i: number): Float32Array {
  const { name, shape } = weight.variable;
  const place = `${where}, weight ${i} ("${name}")`;
  const flat = ArrayBuffer.isView(value);
  const given = toTensor(value, undefined, place);
  const fits = flat ? given.size === weight.size : formatShape(given.shape) === formatShape(shape);
  if (!fits) throw new ShapeError(explain(place, `expected shape ${formatShape(shape)}`, formatShape(given.shape)));
  const copy = Float32Array.from(given.data);
  const bad = copy.findIndex((number) => !Number.isFinite(number));
  if (bad >= 0) throw new RangeError(explain(place, "expected finite numbers", `${copy[bad]} at place ${bad}`));
  return copy;
}
