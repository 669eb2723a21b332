// Layer normalisation: each vector along the last axis gets mean 0 and variance 1.

import { checkInteger, checkFloat32 } from "../errors.js";
import { checkLastAxis, lastSize, standardized } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { ScaleOffset, type ScaleOffsetOptions, scaleOffsetNames } from "./scale-offset.js";

export interface LayerNormalizationOptions extends LayerOptions, ScaleOffsetOptions {
  /** The axis that is normalised: the last one; default -1. */
  axis?: number;
  /** Added to the variance, above 0; default 0.001. */
  epsilon?: number;
}

/**
 * Layer normalisation (Ba et al. 2016): `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`, where mean and (biased)
 * variance are those of the row's features, the same while training and otherwise.
 *
 * Input `[batch, features]`, or more axes, of which the last one is normalised; the shape stays. Weights `gamma [features]`
 * and `beta [features]`. Follows keras.layers.LayerNormalization (PyTorch's epsilon is 1e-5).
 *
 * @throws RangeError for an epsilon that is not above 0, and for another axis than the last one.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.layerNormalization(), layers.activation("relu")]);
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  const where = checkLayerOptions("layerNormalization", options, ["axis", "epsilon", ...scaleOffsetNames]);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-3, Number.MIN_VALUE);
  const scaleOffset = new ScaleOffset(where, options);
  return createLayer({
    type: "layerNormalization",
    options,
    config: { axis, epsilon, ...scaleOffset.config },
    build(shape, context) {
      checkLastAxis(where, axis, shape.length);
      scaleOffset.build(context, lastSize(where, shape));
    },
    call: (x, context) => scaleOffset.apply(standardized(x, epsilon), context),
  });
}
