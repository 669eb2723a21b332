// The inputs and the outputs of a model by name, and what users give for each of them: one thing, a list, or an object by name.

import { describeValue, explain, unknownName } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { layerUse } from "../layers/use.js";
import { isSymbolic } from "../ops/operand.js";
import { isTensorLike } from "../tensor.js";

/** The inputs or the outputs of a model, in order. */
export interface Ports {
  readonly tensors: readonly SymbolicTensor[];
  readonly names: readonly string[];
  /** How they were given to `model`, which is how predictions come back. */
  readonly form: "one" | "list" | "named";
}

/**
 * The names are the keys of an object, else those of the inputs, or of the layers that give the outputs. A layer that gives
 * two outputs has `_1` behind its name in the second.
 */
export function readPorts(where: string, kind: "input" | "output", given: unknown): Ports {
  if (isSymbolic(given)) return { tensors: [given], names: [portName(given, kind)], form: "one" };
  if (!Array.isArray(given)) {
    const ports = given as Readonly<Record<string, SymbolicTensor>>;
    return { tensors: Object.values(ports), names: Object.keys(ports), form: "named" };
  }
  const tensors: readonly SymbolicTensor[] = given;
  const wanted = tensors.map((x) => portName(x, kind));
  const twice = wanted.find((name, i) => kind === "input" && name !== "input" && wanted.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(explain(where, "inputs need names of their own", `"${twice}" twice`));
  const names: string[] = [];
  for (const name of wanted) {
    let free = name;
    for (let i = 1; names.includes(free) || (free !== name && wanted.includes(free)); i++) free = `${name}_${i}`;
    names.push(free);
  }
  return { tensors, names, form: "list" };
}

function portName(x: SymbolicTensor, kind: "input" | "output"): string {
  const use = layerUse(x);
  if (use !== undefined) return use.core.name ?? use.core.type;
  return x.name === "" ? kind : x.name;
}

/**
 * One element for each name, in order, from a list or from an object by name; a single name may be given its element
 * itself. What an object does not name is undefined.
 */
export function distribute(
  where: string,
  things: string,
  kind: "input" | "output",
  names: readonly string[],
  given: unknown,
): unknown[] {
  if (isByName(given)) {
    for (const key of Object.keys(given)) {
      if (!names.includes(key)) throw unknownName(`${where}, name of an ${kind}`, key, names);
    }
    return names.map((name) => (Object.hasOwn(given, name) ? given[name] : undefined));
  }
  if (names.length === 1) return [given];
  if (Array.isArray(given) && given.length === names.length) return given;
  const expectation = `expected an array of ${names.length} ${things}, one for each ${kind}`;
  const remedy = `Or give an object with the keys ${names.join(", ")}.`;
  throw new TypeError(explain(where, expectation, describeValue(given), remedy));
}

/** True for `{ age: a, income: b }`, false for tensors and for everything with a class of its own. */
export function isByName(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (isTensorLike(value) || isSymbolic(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // By the constructor's name: an object of another realm will do.
  return prototype === null || (prototype as { constructor?: { name?: string } }).constructor?.name === "Object";
}

/** How errors call a thing that belongs to one of several ports: `y "risk"`; `y` when there is only one. */
export function placeOfPort(thing: string, names: readonly string[], i: number): string {
  return names.length === 1 ? thing : `${thing} "${names[i]}"`;
}
