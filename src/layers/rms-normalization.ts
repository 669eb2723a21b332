// Normalisation by the root of the mean square, without centring.

import { checkInteger, checkFloat32 } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLastAxis, lastSize, perFeature } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface RmsNormalizationOptions extends LayerOptions {
  /** The axis that is normalised: the last one; default -1. */
  axis?: number;
  /** Added to the mean square, above 0; default 1e-6. */
  epsilon?: number;
}

/**
 * RMS normalisation (Zhang and Sennrich 2019): `y = scale x / sqrt(mean(x^2) + epsilon)`, where the mean is that of the
 * row's features.
 *
 * Input `[batch, features]`, or more axes, of which the last one is normalised; the shape stays. Weight `scale [features]`,
 * initially ones. Follows keras.layers.RMSNormalization.
 *
 * @throws RangeError for an epsilon that is not above 0, and for another axis than the last one.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.rmsNormalization()]);
 */
export function rmsNormalization(options: RmsNormalizationOptions = {}): Layer {
  const where = checkLayerOptions("rmsNormalization", options, ["axis", "epsilon"]);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-6, Number.MIN_VALUE);
  return createLayer({
    type: "rmsNormalization",
    options,
    config: { axis, epsilon },
    build(shape, context) {
      checkLastAxis(where, axis, shape.length);
      context.variable("scale", [lastSize(where, shape)], { initializer: "ones" });
    },
    call(x, { variables }) {
      const meanSquare = ops.mean(ops.square(x), -1, { keepDims: true });
      const normal = ops.mul(x, ops.rsqrt(ops.add(meanSquare, epsilon)));
      return ops.mul(normal, perFeature(variables.scale as SymbolicTensor, x));
    },
  });
}
