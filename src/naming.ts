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

/** How a named thing with options stands in the options of another one, as they would be saved. */
export function savedForm(thing: { readonly name: string; readonly config: Readonly<Record<string, unknown>> } | null) {
  return thing === null ? null : { name: thing.name, config: thing.config };
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
