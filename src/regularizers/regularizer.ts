// What a regularizer is: a function over `ops.*` from a weight, or from the outputs of a layer, to a penalty that is added to
// the loss.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { dependsOnAny } from "../graph/dependence.js";
import type { SymbolicTensor } from "../graph/node.js";
import { named, ofUser } from "../naming.js";
import { isSymbolic } from "../ops/operand.js";

/** What a regularizer is apart from being a function: so that parameters of a user's function get their types. */
export interface RegularizerObject {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A penalty with its options. Made by `regularizers.l2()` and its siblings; may be called in functions of users. */
export interface Regularizer extends RegularizerObject {
  (x: SymbolicTensor): SymbolicTensor;
}

/** A penalty of users over `ops.*`: a single number. */
export type RegularizerFunction = (x: SymbolicTensor) => SymbolicTensor;

export function createRegularizer(
  name: string,
  config: Readonly<Record<string, unknown>>,
  apply: RegularizerFunction,
): Regularizer {
  return named((x: SymbolicTensor) => apply(x), name, { config }) as Regularizer;
}

/** Wraps a function of users and checks what it returns. */
export function customRegularizer(apply: RegularizerFunction): Regularizer {
  const name = apply.name === "" ? "custom" : apply.name;
  const made = createRegularizer(name, {}, (x) => {
    const result = apply(x);
    const where = `regularizer "${name}"`;
    const expectation = "the function must return a single number, a result of ops.*";
    if (!isSymbolic(result)) throw new TypeError(explain(where, expectation, describeValue(result)));
    if (!result.shape.every((size) => size === 1)) {
      const remedy = "Reduce it with ops.sum or ops.mean.";
      throw new ShapeError(explain(where, expectation, `shape ${formatShape(result.shape)}`, remedy));
    }
    if (dependsOnAny(result, [x])) return result;
    const remedy = "Compute it from the argument, or there is nothing to penalise.";
    throw new TypeError(explain(where, "the result must depend on the argument", "one that does not", remedy));
  });
  return ofUser(made);
}
