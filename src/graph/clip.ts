// Clipping of gradients before the update rule, each way by the formula of Keras.

import { add, binary, divide, multiply, reduce, scalar, select, subtract, unary } from "./build.js";
import type { Assignment, OptimizerSpec } from "./compiled.js";
import { type SymbolicTensor, variableNode } from "./node.js";
import type { UpdateArrays } from "./update-arrays.js";

/** What becomes of the gradients. */
export function clippedGradients(arrays: UpdateArrays, clip: NonNullable<OptimizerSpec["clip"]>): Assignment[] {
  const { by, limit } = clip;
  const clipped = { value: clippedByValue, norm: clippedByNorm, globalNorm: clippedByGlobalNorm }[by];
  const variables = by === "norm" ? arrays.trainable : [null];
  return variables.map((of) => {
    const variable = arrays.gradient(of);
    return { variable, value: clipped(variableNode(variable), scalar(limit)) };
  });
}

/** Each element in [-limit, limit]. */
function clippedByValue(g: SymbolicTensor, limit: SymbolicTensor): SymbolicTensor {
  return binary("minimum", binary("maximum", g, unary("negative", limit)), limit);
}

/** g limit / max(norm, limit) */
function clippedByNorm(g: SymbolicTensor, limit: SymbolicTensor): SymbolicTensor {
  return multiply(g, divide(limit, binary("maximum", norm(g), limit)));
}

/** The norm of all gradients together; when it is not finite, all become NaN. */
function clippedByGlobalNorm(g: SymbolicTensor, limit: SymbolicTensor): SymbolicTensor {
  const length = norm(g);
  const shortened = binary("greater", length, limit);
  const scale = select(shortened, divide(limit, length), scalar(1));
  return multiply(g, add(scale, subtract(length, length)));
}

function norm(g: SymbolicTensor): SymbolicTensor {
  return unary("sqrt", reduce("sumSquares", g, 2));
}
