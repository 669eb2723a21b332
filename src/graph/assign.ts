// Copies of computed values into variables. All values are read before the first variable is written.

import { baseOf, resultValue, type Step, type Value } from "../program/steps.js";
import { layerOf } from "./node.js";

/** `source` becomes the value of `target`, which is a variable. */
export interface Write {
  readonly target: Value;
  readonly source: Value;
}

/** The copies, in this order; the last one of several to the same variable counts. */
export function copySteps(writes: readonly Write[]): Step[] {
  const last = new Map(writes.map(({ target, source }) => [target, source]));
  const held: Step[] = [];
  const copies = [...last].map(([target, source]) => {
    const overwritten = baseOf(source) !== target && last.has(baseOf(source));
    if (!overwritten) return copyStep(source, target);
    const value = resultValue(source.rows, source.columns);
    held.push(copyStep(source, value));
    return copyStep(value, target);
  });
  return [...held, ...copies];
}

function copyStep(source: Value, target: Value): Step {
  return { op: "copy", outputs: [target], inputs: [source], parameters: {}, layer: layerOf(target) };
}
