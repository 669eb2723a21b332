// A fixed scale and offset, for inputs that are not near [-1, 1].

import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface RescalingOptions extends LayerOptions {
  scale: number;
  /** Default 0. */
  offset?: number;
}

/**
 * `y = scale x + offset`; the shape stays. Follows keras.layers.Rescaling.
 *
 * @throws TypeError or RangeError for a scale or offset that is not a finite number.
 * @example
 * sequential([layers.rescaling({ scale: 1 / 127.5, offset: -1, inputShape: [784] }), layers.dense({ units: 10 })]);
 */
export function rescaling(options: RescalingOptions): Layer {
  const where = checkLayerOptions("rescaling", options, ["scale", "offset"]);
  const scale = checkNumber(where, "scale", options.scale);
  const offset = checkNumber(where, "offset", options.offset ?? 0);
  return createLayer({
    type: "rescaling",
    options,
    config: { scale, offset },
    call: (x) => ops.add(ops.mul(x, scale), offset),
  });
}
