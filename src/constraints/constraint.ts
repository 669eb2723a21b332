// What a constraint is: a function over `ops.*` from a weight to the allowed weight that takes its place after each update.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import { named, ofUser } from "../naming.js";
import { isSymbolic } from "../ops/operand.js";

/** What a constraint is apart from being a function: so that parameters of a user's function get their types. */
export interface ConstraintObject {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A projection with its options. Made by `constraints.maxNorm()` and its siblings. */
export interface Constraint extends ConstraintObject {
  (w: SymbolicTensor): SymbolicTensor;
}

/** A projection of users over `ops.*`: the result has the shape of the weight. */
export type ConstraintFunction = (w: SymbolicTensor) => SymbolicTensor;

export function createConstraint(
  name: string,
  config: Readonly<Record<string, unknown>>,
  apply: ConstraintFunction,
): Constraint {
  return named((w: SymbolicTensor) => apply(w), name, { config }) as Constraint;
}

/** Wraps a function of users and checks what it returns. */
export function customConstraint(apply: ConstraintFunction): Constraint {
  const name = apply.name === "" ? "custom" : apply.name;
  const made = createConstraint(name, {}, (w) => {
    const result = apply(w);
    const where = `constraint "${name}"`;
    const expectation = `the function must return a result of ops.* of shape ${formatShape(w.shape)}`;
    if (!isSymbolic(result)) throw new TypeError(explain(where, expectation, describeValue(result)));
    if (sameShape(result.shape, w.shape)) return result;
    throw new ShapeError(explain(where, expectation, formatShape(result.shape)));
  });
  return ofUser(made);
}
