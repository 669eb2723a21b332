// Functions whose gradient is written by hand.

import { describeValue, explain } from "../errors.js";
import { customNode, placeOf, type SymbolicTensor, withFunction } from "../graph/node.js";
import { isSymbolic, lift, type Operand } from "./operand.js";

/**
 * Given the gradient `dy` of the result, the operands and the result `y`: the gradient of the operand, or a list with one for
 * each; null where none flows. Each has the shape of its operand.
 */
export type GradientFunction = (
  dy: SymbolicTensor,
  ...operandsAndResult: SymbolicTensor[]
) => SymbolicTensor | null | readonly (SymbolicTensor | null)[];

/**
 * A function with another gradient than that of its formula: forward `y = f(...xs)`, backward `dxs = gradient(dy, ...xs, y)`.
 *
 * Both are written with `ops.*`. Gradients of the gradient are those of the function `gradient`. What `f` uses besides its
 * operands gets no gradient through it. Follows keras.ops.custom_gradient, with both functions given separately.
 *
 * @throws TypeError when a function is none or gives something else; ShapeError when a gradient has another shape than its
 * operand.
 * @example
 * const roundStraightThrough = ops.customGradient((x) => ops.round(x), (dy) => dy);
 * roundStraightThrough(x); // rounds, and lets the gradient pass as if it had not
 */
export function customGradient(
  f: (...xs: SymbolicTensor[]) => SymbolicTensor,
  gradient: GradientFunction,
): (...xs: Operand[]) => SymbolicTensor {
  for (const value of [f, gradient] as readonly unknown[]) {
    if (typeof value === "function") continue;
    throw new TypeError(explain("ops.customGradient", "expected two functions over ops.*", describeValue(value)));
  }
  return (...operands) => {
    const where = placeOf("ops.customGradient");
    const inputs = operands.map((operand) => lift("customGradient", operand));
    const y: unknown = f(...inputs);
    if (!isSymbolic(y)) {
      throw new TypeError(explain(where, "the function must return a result of ops.*", describeValue(y)));
    }
    const gradients = (dy: SymbolicTensor, xs: readonly SymbolicTensor[], result: SymbolicTensor) =>
      checkGradients(
        where,
        withFunction("ops.customGradient", () => gradient(dy, ...xs, result)),
        xs.length,
      );
    return customNode(y, { inputs, gradients });
  };
}

function checkGradients(where: string, result: unknown, count: number): readonly (SymbolicTensor | null)[] {
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  if (list.length === count && list.every((dx) => dx === null || isSymbolic(dx))) {
    return list as readonly (SymbolicTensor | null)[];
  }
  const wanted = count === 1 ? "a result of ops.*, or null" : `a list of ${count} results of ops.*, or nulls`;
  throw new TypeError(explain(where, `the gradient must return ${wanted}`, describeValue(result)));
}
