// Group normalisation: the features of a row are cut into groups, each of which gets mean 0 and variance 1.

import { checkInteger, checkFloat32, explain } from "../errors.js";
import * as ops from "../ops/index.js";
import { denseInputs } from "./dense.js";
import { checkLastAxis, standardized } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { ScaleOffset, type ScaleOffsetOptions, scaleOffsetNames } from "./scale-offset.js";

export interface GroupNormalizationOptions extends LayerOptions, ScaleOffsetOptions {
  /** The number of groups, a divisor of the number of features; -1 for a group of each feature. Default 32. */
  groups?: number;
  /** The axis of the features: the last one; default -1. */
  axis?: number;
  /** Added to the variance, above 0; default 0.001. */
  epsilon?: number;
}

/**
 * Group normalisation (Wu and He 2018): `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`, where mean and (biased)
 * variance are those of a group of neighbouring features of the row.
 *
 * Input `[batch, features]`; the shape stays. Weights `gamma [features]` and `beta [features]`.
 * Follows keras.layers.GroupNormalization.
 *
 * @throws RangeError when the features cannot be cut into so many groups; for an epsilon that is not above 0. ShapeError for
 * input of more than one dimension per row.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.groupNormalization({ groups: 2 })]);
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): Layer {
  const where = checkLayerOptions("groupNormalization", options, ["groups", "axis", "epsilon", ...scaleOffsetNames]);
  const groups = options.groups === -1 ? -1 : checkInteger(where, "groups", options.groups ?? 32, 1);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-3, Number.MIN_VALUE);
  const scaleOffset = new ScaleOffset(where, options);
  return createLayer({
    type: "groupNormalization",
    options,
    config: { groups, axis, epsilon, ...scaleOffset.config },
    build(shape, context) {
      checkLastAxis(where, axis, shape.length);
      const features = denseInputs(where, shape);
      if (groups !== -1 && features % groups !== 0) {
        throw new RangeError(explain(where, `groups must divide the number of features, ${features}`, groups));
      }
      scaleOffset.build(context, features);
    },
    call(x, context) {
      const features = x.shape[1] as number;
      const count = groups === -1 ? features : groups;
      const grouped = ops.reshape(x, [null, count, features / count]);
      const normal = standardized(grouped, epsilon);
      return scaleOffset.apply(ops.reshape(normal, x.shape), context);
    },
  });
}
