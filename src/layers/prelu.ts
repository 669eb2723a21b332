// The rectifier with a learnt slope.

import type { ConstraintInput } from "../constraints/resolve.js";
import { describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { rowShape } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

export interface PReluOptions extends LayerOptions {
  /** Default "zeros" (PyTorch: 0.25). */
  alphaInitializer?: InitializerInput;
  /** A penalty on the slopes that is added to the loss; default none. */
  alphaRegularizer?: RegularizerInput | null;
  /** Applied to the slopes after each update; default none. */
  alphaConstraint?: ConstraintInput | null;
  /** Axes along which all places share one slope, counted from 1 since 0 is the batch; default none. */
  sharedAxes?: readonly number[];
}

/**
 * Parametric ReLU (He et al. 2015): `y = x` where `x >= 0`, else `alpha x`, with a learnt `alpha` for each feature.
 *
 * The shape stays. Weight `alpha` of the shape of one row, with 1 in the shared axes. Follows keras.layers.PReLU.
 *
 * @throws RangeError for shared axes that the input does not have.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.prelu({ sharedAxes: [1] })]);
 */
export function prelu(options: PReluOptions = {}): Layer {
  const where = checkLayerOptions("prelu", options, [...weightOptionNames("alpha"), "sharedAxes"]);
  const slopes = weightOptions(where, "alpha", options, "zeros");
  const sharedAxes = options.sharedAxes ?? [];
  if (!Array.isArray(sharedAxes)) {
    throw new TypeError(explain(where, "sharedAxes must be an array of axes", describeValue(sharedAxes)));
  }
  return createLayer({
    type: "prelu",
    options,
    config: { ...slopes.config, sharedAxes: [...sharedAxes] },
    build(shape, context) {
      const row = rowShape(where, shape);
      for (const axis of sharedAxes) {
        if (Number.isInteger(axis) && axis >= 1 && axis <= row.length) continue;
        const range = row.length === 1 ? "1" : `integers in [1, ${row.length}]`;
        throw new RangeError(explain(where, `sharedAxes must be ${range}`, describeValue(axis)));
      }
      const alpha = row.map((size, i) => (sharedAxes.includes(i + 1) ? 1 : size));
      context.variable("alpha", alpha, slopes.options);
    },
    call(x, { variables }) {
      // `alpha` exists since build ran. For more axes than one it is repeated along the shared ones before it meets the batch.
      const weight = variables.alpha as SymbolicTensor;
      const alpha = x.shape.length === 2 ? weight : ops.broadcastTo(weight, x.shape.slice(1));
      return ops.sub(ops.relu(x), ops.mul(alpha, ops.relu(ops.neg(x))));
    },
  });
}
