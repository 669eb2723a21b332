// Tensors of one number.

import { checkNumber, explain } from "../errors.js";
import { fill } from "../graph/build.js";
import { checkShape, placeOf, type Shape, type SymbolicTensor } from "../graph/node.js";
import { lift, type Operand } from "./operand.js";

/** `value` in every place of `shape`, whose first size may be null for the batch. Follows keras.ops.full. */
export function full(shape: Shape, value: number): SymbolicTensor {
  return filled("full", shape, value);
}

/** 0 in every place of `shape`. Follows keras.ops.zeros. */
export function zeros(shape: Shape): SymbolicTensor {
  return filled("zeros", shape, 0);
}

/** 1 in every place of `shape`. Follows keras.ops.ones. */
export function ones(shape: Shape): SymbolicTensor {
  return filled("ones", shape, 1);
}

/** 0 in every place of the shape of `x`. Follows keras.ops.zeros_like. */
export function zerosLike(x: Operand): SymbolicTensor {
  return fill(0, lift("zerosLike", x).shape);
}

/** 1 in every place of the shape of `x`. Follows keras.ops.ones_like. */
export function onesLike(x: Operand): SymbolicTensor {
  return fill(1, lift("onesLike", x).shape);
}

function filled(name: string, shape: Shape, value: number): SymbolicTensor {
  const where = placeOf(`ops.${name}`);
  if (!Array.isArray(shape)) throw new TypeError(explain(where, "expected a shape", shape));
  checkShape(where, shape);
  return fill(checkNumber(where, "value", value), shape);
}
