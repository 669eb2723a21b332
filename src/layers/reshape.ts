// The same numbers of a row in another shape.

import { checkInteger, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { countElements } from "../graph/shapes.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ReshapeOptions extends LayerOptions {
  /** The shape of one row of the result; one size may be -1 and is computed. */
  targetShape: readonly number[];
}

/**
 * Gives each row another shape: `[batch, ...]` becomes `[batch, ...targetShape]`; the order of the numbers stays.
 * Follows keras.layers.Reshape.
 *
 * @throws ShapeError when the row has another number of elements than the target.
 * @example
 * sequential([layers.reshape({ targetShape: [7, -1], inputShape: [28] })]); // [batch, 7, 4]
 */
export function reshape(options: ReshapeOptions): Layer {
  const where = checkLayerOptions("reshape", options, ["targetShape"]);
  const { targetShape } = options;
  if (!Array.isArray(targetShape)) {
    throw new TypeError(explain(where, "targetShape must be an array of integers", describeValue(targetShape)));
  }
  for (const size of targetShape) if (size !== -1) checkInteger(where, "each size of targetShape", size, 1);
  if (targetShape.filter((size) => size === -1).length > 1) {
    throw new ShapeError(explain(where, "targetShape may have one -1", formatShape(targetShape)));
  }
  return createLayer({
    type: "reshape",
    options,
    config: { targetShape: [...targetShape] },
    call(x) {
      const elements = countElements(x.shape);
      const known = countElements(targetShape.filter((size) => size !== -1));
      const fits = targetShape.includes(-1) ? elements % known === 0 : elements === known;
      if (fits) return ops.reshape(x, [null, ...targetShape]);
      const expectation = `targetShape must hold the ${elements} elements of ${formatShape(x.shape)}`;
      throw new ShapeError(explain(where, expectation, formatShape(targetShape)));
    },
  });
}
