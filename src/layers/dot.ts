// The product of the rows of two inputs.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface DotOptions extends LayerOptions {
  /** The axis along which is summed, 1 or -1, or one for each input; rows have no other. Default -1. */
  axes?: number | readonly [number, number];
  /** Divide each row by its length first, so that the result is the cosine of the angle; default false. */
  normalize?: boolean;
}

// Rows shorter than Keras' epsilon are not stretched to length 1.
const shortest = 1e-7;

/**
 * The dot product of the rows of two inputs: `y = sum over j of x1[j] x2[j]`, inputs `[batch, n]`, output `[batch, 1]`.
 * Follows keras.layers.Dot, for inputs of two axes.
 *
 * @throws RangeError for other axes; ShapeError for inputs that are not two of shape [batch, n].
 * @example
 * const similarity = layers.dot({ normalize: true })([user, item]);
 */
export function dot(options: DotOptions = {}): Layer {
  const where = checkLayerOptions("dot", options, ["axes", "normalize"]);
  const { axes = -1, normalize = false } = options;
  const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes, axes];
  if (list.length !== 2 || !list.every((axis) => axis === 1 || axis === -1)) {
    const received = Array.isArray(axes) ? `[${axes.join(", ")}]` : describeValue(axes);
    throw new RangeError(explain(where, "axes must be 1 or -1, or one of them for each input", received));
  }
  if (typeof normalize !== "boolean")
    throw new TypeError(explain(where, "normalize must be true or false", describeValue(normalize)));
  return createLayer<readonly SymbolicTensor[]>(
    {
      type: "dot",
      options,
      config: { axes, normalize },
      call(xs) {
        const [x, y] = xs;
        if (x === undefined || y === undefined || xs.length !== 2)
          throw new RangeError(explain(where, "expected 2 inputs", String(xs.length)));
        if (x.shape.length !== 2 || !sameShape(x.shape, y.shape)) {
          const received = `${formatShape(x.shape)} and ${formatShape(y.shape)}`;
          throw new ShapeError(explain(where, "expected two inputs of one shape [batch, n]", received));
        }
        const product = normalize ? ops.mul(unit(x), unit(y)) : ops.mul(x, y);
        return ops.sum(product, 1, { keepDims: true });
      },
    },
    "list",
  );
}

function unit(x: SymbolicTensor): SymbolicTensor {
  const squares = ops.sum(ops.square(x), 1, { keepDims: true });
  return ops.mul(x, ops.rsqrt(ops.maximum(squares, shortest ** 2)));
}
