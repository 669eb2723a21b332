// Vectors of length 1 along the last axis.

import { checkInteger } from "../errors.js";
import * as ops from "../ops/index.js";
import { checkLastAxis } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis that is normalised: the last one; default -1. */
  axis?: number;
}

// The smallest length that is divided by, as Keras has it.
const smallest = 1e-12;

/**
 * Divides each row by its Euclidean length: `y = x / max(|x|, 1e-12)`.
 *
 * Input `[batch, features]`, or more axes, of which the last one is normalised; the shape stays. No weights.
 * Follows keras.layers.UnitNormalization.
 *
 * @throws RangeError for another axis than the last one.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.unitNormalization()]);
 */
export function unitNormalization(options: UnitNormalizationOptions = {}): Layer {
  const where = checkLayerOptions("unitNormalization", options, ["axis"]);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  return createLayer({
    type: "unitNormalization",
    options,
    config: { axis },
    build: (shape) => checkLastAxis(where, axis, shape.length),
    call(x) {
      const squares = ops.sum(ops.square(x), -1, { keepDims: true });
      return ops.mul(x, ops.rsqrt(ops.maximum(squares, smallest ** 2)));
    },
  });
}
