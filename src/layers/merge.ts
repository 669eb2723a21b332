// Layers that join several inputs element by element: `layers.add()([a, b])`.

import { explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { broadcastShapes } from "../graph/shapes.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

type Merge = (xs: readonly SymbolicTensor[]) => SymbolicTensor;

/** A layer over inputs whose shapes broadcast; `count` when there must be so many. */
function createMerge(type: string, options: LayerOptions, merge: Merge, count?: number): Layer {
  const where = checkLayerOptions(type, options, []);
  return createLayer<readonly SymbolicTensor[]>(
    {
      type,
      options,
      config: {},
      call(xs) {
        if (count !== undefined && xs.length !== count)
          throw new RangeError(explain(where, `expected ${count} inputs`, String(xs.length)));
        broadcastShapes(
          where,
          xs.map(({ shape }) => shape),
        );
        return merge(xs);
      },
    },
    "list",
  );
}

const fold =
  (join: (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor): Merge =>
  (xs) =>
    xs.reduce((sum, x) => join(sum, x));

/**
 * The sum of its inputs, for residual connections among others: `y = x1 + x2 + ...`.
 *
 * Inputs have the same shape, or shapes that broadcast: each size, counted from the end, is equal or 1 (rows of two axes or
 * more go with rows of the same shape, or of one number; Keras repeats single axes, too). Follows keras.layers.Add.
 *
 * @throws ShapeError for shapes that do not broadcast.
 * @example
 * const h = layers.dense({ units: 8, activation: "relu" })(x); // x has 8 columns
 * const y = layers.add()([x, h]);
 */
export function add(options: LayerOptions = {}): Layer {
  return createMerge("add", options, fold(ops.add));
}

/**
 * The difference of its two inputs: `y = x1 - x2`. Shapes as for `layers.add`. Follows keras.layers.Subtract.
 *
 * @throws ShapeError for shapes that do not broadcast; RangeError for another number of inputs.
 * @example
 * const distance = layers.subtract()([a, b]);
 */
export function subtract(options: LayerOptions = {}): Layer {
  return createMerge("subtract", options, ([x, y]) => ops.sub(x as SymbolicTensor, y as SymbolicTensor), 2);
}

/**
 * The product of its inputs, element by element: `y = x1 x2 ...`. Shapes as for `layers.add`. Follows keras.layers.Multiply.
 *
 * @throws ShapeError for shapes that do not broadcast.
 * @example
 * const gated = layers.multiply()([x, layers.dense({ units: 8, activation: "sigmoid" })(x)]);
 */
export function multiply(options: LayerOptions = {}): Layer {
  return createMerge("multiply", options, fold(ops.mul));
}

/**
 * The mean of its inputs, element by element. Shapes as for `layers.add`. Follows keras.layers.Average.
 *
 * @throws ShapeError for shapes that do not broadcast.
 * @example
 * const ensemble = layers.average()([first(x), second(x)]);
 */
export function average(options: LayerOptions = {}): Layer {
  return createMerge("average", options, (xs) => ops.div(fold(ops.add)(xs), xs.length));
}

/**
 * The largest of its inputs, element by element; of equals the gradient goes to the first (Keras on JAX divides it).
 * Shapes as for `layers.add`. Follows keras.layers.Maximum.
 *
 * @throws ShapeError for shapes that do not broadcast.
 * @example
 * const y = layers.maximum()([a, b]);
 */
export function maximum(options: LayerOptions = {}): Layer {
  return createMerge("maximum", options, fold(ops.maximum));
}

/**
 * The smallest of its inputs, element by element; of equals the gradient goes to the first (Keras on JAX divides it).
 * Shapes as for `layers.add`. Follows keras.layers.Minimum.
 *
 * @throws ShapeError for shapes that do not broadcast.
 * @example
 * const y = layers.minimum()([a, b]);
 */
export function minimum(options: LayerOptions = {}): Layer {
  return createMerge("minimum", options, fold(ops.minimum));
}
