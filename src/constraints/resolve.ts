// From a name, an object or a function to a constraint.

import { fromName, wrongKind } from "../naming.js";
import { type Constraint, type ConstraintFunction, type ConstraintObject, customConstraint } from "./constraint.js";
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from "./norms.js";

const factories = { maxNorm, minMaxNorm, nonNeg, unitNorm };

/** The names that options such as `kernelConstraint` know. */
export type ConstraintShortcut = keyof typeof factories;

/** A name, a constraint, or a function `(w)` over `ops.*`. */
export type ConstraintInput = ConstraintShortcut | ConstraintObject | ConstraintFunction;

/** Accepts a constraint, its name, its factory (`constraints.nonNeg` without the call), or a function of users. */
export function resolveConstraint(where: string, value: ConstraintInput): Constraint {
  if (typeof value === "string") return fromName(where, value, factories);
  if (typeof value !== "function")
    throw wrongKind(where, `a constraint such as "maxNorm" or a function over ops.*`, value);
  if ("config" in value) return value as unknown as Constraint;
  const factory = Object.values(factories).find((candidate) => (candidate as unknown) === value);
  return factory === undefined ? customConstraint(value) : factory();
}
