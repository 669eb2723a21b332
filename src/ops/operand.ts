// What the functions of ops accept: symbolic tensors, and numbers or arrays, which become constants.

import { describeValue, explain } from "../errors.js";
import { constantNode, placeOf, type SymbolicTensor } from "../graph/node.js";
import { type TensorInput, toTensor } from "../tensor.js";

/** A symbolic tensor, or numbers that are the same in every execution: `2`, `[0.5, 0.5]`, a tensor. */
export type Operand = SymbolicTensor | TensorInput;

/** True for the nodes of a graph. */
export function isSymbolic(value: unknown): value is SymbolicTensor {
  return typeof value === "object" && value !== null && "kind" in value && "inputs" in value && "attributes" in value;
}

/** The operand as a node. `name` is the function of ops, for messages. */
export function lift(name: string, operand: Operand): SymbolicTensor {
  if (isSymbolic(operand)) return operand;
  const where = placeOf(`ops.${name}`);
  if (typeof operand === "number") return constantNode([operand], []);
  if (operand === undefined || operand === null || typeof operand === "string" || typeof operand === "function") {
    throw new TypeError(explain(where, "expected a symbolic tensor, a number or an array", describeValue(operand)));
  }
  const { data, shape } = toTensor(operand, undefined, where);
  return constantNode(data, shape);
}
