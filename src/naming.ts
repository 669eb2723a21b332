// Named things: layers, losses, initializers ... are chosen by an object, or by a string as a shortcut for the default object.

import { describeValue, explain, unknownName } from "./errors.js";

/** Gives a function a name that differs from its identifier, and properties; `Function.name` is read-only otherwise. */
export function named<F extends object, P extends object>(fn: F, name: string, properties: P): F & P {
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(fn, key, { value, enumerable: true, configurable: true, writable: false });
  }
  return fn as F & P;
}

/** The kinds of named things that are saved with a model. */
export type Kind =
  | "activation"
  | "constraint"
  | "initializer"
  | "layer"
  | "loss"
  | "metric"
  | "optimizer"
  | "regularizer"
  | "schedule";

/** A named thing as it is saved. One of users is a name only: its functions are no data. */
export interface SavedThing {
  readonly kind: Kind;
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly custom?: true;
}

interface Configured {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const things = new WeakSet<object>();

/** Remembers that a thing was made from a function of users. */
export function ofUser<T extends object>(thing: T): T {
  things.add(thing);
  return thing;
}

/** True for what was made from a function of users. */
export function isOfUser(thing: object): boolean {
  return things.has(thing);
}

const calls = new WeakMap<object, string>();

/**
 * Remembers how a function is used, for errors about a function that was given without its call. The module of the function calls
 * it: whoever reads the remedy imports none of them.
 */
export function tellCall(fn: object, remedy: string): void {
  calls.set(fn, remedy);
}

/** What `tellCall` has remembered. */
export function remedyOfCall(fn: object): string | undefined {
  return calls.get(fn);
}

/** How a named thing with options stands in the options of another one, as they are saved. */
export function savedForm(kind: Kind, thing: Configured): SavedThing {
  const { name, config } = thing;
  return isOfUser(thing) ? { kind, name, custom: true } : { kind, name, config };
}

/** The same; the name alone for what the name means. */
export function shortForm(
  kind: Kind,
  thing: Configured,
  factories: Readonly<Record<string, () => Configured>>,
): SavedThing | string {
  const factory = Object.hasOwn(factories, thing.name) ? factories[thing.name] : undefined;
  const standard = !isOfUser(thing) && JSON.stringify(factory?.().config) === JSON.stringify(thing.config);
  return standard ? thing.name : savedForm(kind, thing);
}

/** Finds `value` in a table of factories by name; refuses unknown names with the nearest known one. */
export function fromName<T>(where: string, value: string, factories: Readonly<Record<string, () => T>>): T {
  // Object.hasOwn: a name like "constructor" must not reach Object.prototype.
  const factory = Object.hasOwn(factories, value) ? factories[value] : undefined;
  if (factory === undefined) throw unknownName(where, value, Object.keys(factories));
  return factory();
}

/** The error for a value that is neither a name, nor an object of the wanted kind, nor a function. */
export function wrongKind(where: string, kinds: string, value: unknown): TypeError {
  return new TypeError(explain(where, `expected ${kinds}`, describeValue(value)));
}

/** `valLoss` from `loss`: the name of a validation result. */
export function validationName(name: string): string {
  return joinedName("val", name);
}

/** `riskLoss` from output "risk" and `loss`: the name of a result of one of several outputs (Keras: `risk_loss`). */
export function outputName(output: string, name: string): string {
  return joinedName(output, name);
}

export function joinedName(first: string, second: string): string {
  return `${first}${second.charAt(0).toUpperCase()}${second.slice(1)}`;
}
