// A penalty on what goes through.

import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ActivityRegularizationOptions extends LayerOptions {
  /** The factor of the sum of absolute values, at least 0; default 0. */
  l1?: number;
  /** The factor of the sum of squares, at least 0; default 0. */
  l2?: number;
}

/**
 * `y = x`; adds `(l1 * sum(|x|) + l2 * sum(x^2)) / rows of the batch` to the loss.
 * Follows keras.layers.ActivityRegularization.
 *
 * @throws RangeError for negative factors.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.activityRegularization({ l1: 1e-4 })]);
 */
export function activityRegularization(options: ActivityRegularizationOptions = {}): Layer {
  const where = checkLayerOptions("activityRegularization", options, ["l1", "l2"]);
  const l1 = checkNumber(where, "l1", options.l1 ?? 0, 0);
  const l2 = checkNumber(where, "l2", options.l2 ?? 0, 0);
  return createLayer({
    type: "activityRegularization",
    options,
    config: { l1, l2 },
    call(x, context) {
      // The sum over everything, divided by the number of rows.
      const total = (values: typeof x) => ops.sum(ops.mean(values, 0));
      if (l1 > 0) context.addLoss(ops.mul(l1, total(ops.abs(x))));
      if (l2 > 0) context.addLoss(ops.mul(l2, total(ops.square(x))));
      return x;
    },
  });
}
