// What training needs: losses, dropout, gradients as a part of a graph, and a barrier for them.

import { checkInteger, checkNumber, describeValue, explain, largestUint32, unknownName } from "../errors.js";
import * as build from "../graph/build.js";
import { defaultStream, opNode, placeOf, type SymbolicTensor } from "../graph/node.js";
import { gradients as differentiate } from "../graph/gradients.js";
import { encodeShape } from "../graph/shapes.js";
import { type LossName, losses } from "../program/ops.gen.js";
import { isSymbolic, lift, type Operand } from "./operand.js";

/**
 * The loss of each row, shape [batch, 1]. Targets are as large as the predictions; those of the sparse losses are class
 * numbers, one a row. `parameter` is the delta of "huber" and the label smoothing of the cross-entropies.
 */
export function loss(name: LossName, prediction: Operand, target: Operand, parameter = 0): SymbolicTensor {
  const place = placeOf("ops.loss");
  if (!Object.hasOwn(losses, name)) throw unknownName(place, name, Object.keys(losses));
  const p0 = checkNumber(place, "parameter", parameter, 0);
  return build.loss(name, lift("loss", prediction), lift("loss", target), p0);
}

/**
 * Sets each element to 0 with probability `rate` in [0, 1) and divides the others by `1 - rate`. The mask depends on the
 * seed, the step and `stream`: uses with different streams drop independently of each other. `stream` is below 2^32, of which
 * layers use the upper half; default 0, in a layer a stream of its own for each use.
 */
export function dropout(x: Operand, rate: number, stream = defaultStream()): SymbolicTensor {
  const place = placeOf("ops.dropout");
  checkNumber(place, "rate", rate, 0, 1);
  if (rate === 1) throw new RangeError(explain(place, "rate must be below 1", rate));
  checkInteger(place, "stream", stream, 0, largestUint32);
  const node = lift("dropout", x);
  return rate === 0 ? node : opNode("dropout", [node], { rate, stream });
}

/** The value of `x`, through which no gradient flows. Follows keras.ops.stop_gradient. */
export function stopGradient(x: Operand): SymbolicTensor {
  const node = lift("stopGradient", x);
  return opNode("copy", [node], { shape: encodeShape(node.shape), stopGradient: 1 });
}

/**
 * The gradients of the number `y` with respect to each of `xs`, as symbolic tensors: for penalties on gradients, and for
 * gradients of gradients. Zeros where `y` does not depend on `x`.
 *
 * @throws ShapeError when `y` is not a single number.
 * @example
 * const [dx] = ops.gradients(ops.sum(ops.tanh(x)), [x]);
 */
export function gradients(y: SymbolicTensor, xs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const where = placeOf("ops.gradients");
  if (!isSymbolic(y)) throw new TypeError(explain(where, "y must be a symbolic tensor", describeValue(y)));
  if (!Array.isArray(xs) || !xs.every(isSymbolic)) {
    const example = "For example ops.gradients(y, [x]).";
    throw new TypeError(explain(where, "xs must be an array of symbolic tensors", describeValue(xs), example));
  }
  return differentiate(y, xs).map((dx, i) => dx ?? build.fill(0, (xs[i] as SymbolicTensor).shape));
}
