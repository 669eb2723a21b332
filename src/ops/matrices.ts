// Products of matrices, and other views of the same elements.

import { checkBoolean, checkOptions, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import * as build from "../graph/build.js";
import { opNode, placeOf, type Shape, type SymbolicTensor } from "../graph/node.js";
import { broadcastShapes, countElements, encodeShape, sameShape, toMatrix } from "../graph/shapes.js";
import { lift, type Operand } from "./operand.js";

export interface MatmulOptions {
  /** Multiply with the transposed left operand; default false. */
  transposeA?: boolean;
  /** Multiply with the transposed right operand; default false. */
  transposeB?: boolean;
}

/**
 * The product of two matrices `[m, k] [k, n]`, of a matrix and a vector, or of two vectors. Follows keras.ops.matmul.
 *
 * @throws ShapeError when the inner sizes differ or an operand has more than two axes.
 */
export function matmul(a: Operand, b: Operand, options: MatmulOptions = {}): SymbolicTensor {
  const left = lift("matmul", a);
  const right = lift("matmul", b);
  const where = placeOf("ops.matmul");
  checkOptions(where, options, ["transposeA", "transposeB"]);
  const transposeA = checkBoolean(where, "transposeA", options.transposeA ?? false);
  const transposeB = checkBoolean(where, "transposeB", options.transposeB ?? false);
  for (const { shape } of [left, right]) {
    if (shape.length === 2 || (shape.length === 1 && shape[0] !== null)) continue;
    const remedy = "Reshape or flatten to two axes first.";
    throw new ShapeError(explain(where, "expected vectors or matrices", formatShape(shape), remedy));
  }
  // A vector is a row on the left and a column on the right.
  const vectorA = left.shape.length === 1;
  const vectorB = right.shape.length === 1;
  const column = vectorB ? build.reshape(right, [right.shape[0] as number, 1]) : right;
  const product = build.matmul(left, column, !vectorA && transposeA, !vectorB && transposeB);
  const [m, n] = product.shape as readonly [number | null, number];
  return build.reshape(product, [...(vectorA ? [] : [m]), ...(vectorB ? [] : [n])]);
}

/**
 * A fully connected layer without its activation: `x w + b`, x `[batch, inputs]`, w `[inputs, units]`, b `[units]`.
 *
 * @throws ShapeError when the columns of `x` are not the rows of `w`.
 */
export function dense(x: Operand, w: Operand, b?: Operand): SymbolicTensor {
  const input = lift("dense", x);
  const kernel = lift("dense", w);
  const { shape } = input;
  const [inputs] = kernel.shape;
  if (shape.length > 2 || toMatrix(shape).columns !== inputs) {
    const remedy = shape.length > 2 ? "Flatten the input first." : "";
    const expectation = `expected input of shape [batch, ${inputs}]`;
    throw new ShapeError(explain(placeOf("ops.dense"), expectation, formatShape(shape), remedy));
  }
  const product = build.matmul(input, kernel);
  return b === undefined ? product : build.add(product, lift("dense", b));
}

/** Rows become columns; a vector stays as it is. Not for a batch. Follows keras.ops.transpose. */
export function transpose(x: Operand): SymbolicTensor {
  const node = lift("transpose", x);
  return node.shape.length < 2 && node.shape[0] !== null ? node : opNode("transpose", [node]);
}

/**
 * The same elements in another shape; one size may be -1 and is computed. A batch stays in the first place.
 * Follows keras.ops.reshape.
 */
export function reshape(x: Operand, shape: Shape): SymbolicTensor {
  const node = lift("reshape", x);
  const where = placeOf("ops.reshape");
  if (!Array.isArray(shape)) {
    throw new TypeError(explain(where, "expected a shape", describeValue(shape), "For example [2, 3]."));
  }
  const known = countElements(shape.filter((size) => size !== -1));
  const target: Shape = shape.map((size) => (size === -1 ? countElements(node.shape) / known : size));
  const batches = (node.shape[0] === null) === (target[0] === null);
  const valid = target.every((size, axis) => (size === null ? axis === 0 : Number.isInteger(size) && size >= 1));
  if (batches && valid && countElements(target) === countElements(node.shape)) return build.reshape(node, target);
  const expectation = `expected a shape with the elements of ${formatShape(node.shape)}`;
  const remedy = batches ? "" : "The batch, null, stays in the first place.";
  throw new ShapeError(explain(where, expectation, formatShape(shape), remedy));
}

/** `[batch, a, b, ...]` becomes `[batch, a b ...]`. */
export function flatten(x: Operand): SymbolicTensor {
  const node = lift("flatten", x);
  const { rows, columns } = toMatrix(node.shape);
  return build.reshape(node, [rows, columns]);
}

/** Repeats `x` to `shape`, as an elementwise op would. Follows keras.ops.broadcast_to. */
export function broadcastTo(x: Operand, shape: Shape): SymbolicTensor {
  const node = lift("broadcastTo", x);
  const where = placeOf("ops.broadcastTo");
  if (!sameShape(broadcastShapes(where, [node.shape, shape]), shape)) {
    throw new ShapeError(
      explain(where, `expected a shape that broadcasts to ${formatShape(shape)}`, formatShape(node.shape)),
    );
  }
  return sameShape(node.shape, shape)
    ? node
    : build.add(node, opNode("fill", [], { value: 0, shape: encodeShape(shape) }));
}
