// Shrinkage: activations that set small inputs to 0, or near it.

import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { createActivation } from "./activation.js";

export interface ShrinkOptions {
  /** Inputs up to this magnitude become 0, at least 0; default 0.5. */
  threshold?: number;
}

/**
 * `f(x) = |x| > threshold ? x : 0`. Follows keras.activations.hard_shrink.
 *
 * @throws RangeError for a negative threshold.
 * @example
 * layers.dense({ units: 8, activation: activations.hardShrink({ threshold: 0.1 }) });
 */
export const hardShrink = createActivation<ShrinkOptions>(
  "hardShrink",
  { threshold: 0.5 },
  (x, { threshold }) => ops.where(ops.greater(ops.abs(x), threshold), x, 0),
  ({ threshold }) => checkNumber("activations.hardShrink", "threshold", threshold, 0),
);

/**
 * `f(x) = sign(x) max(|x| - threshold, 0)`, the proximal step of the l1 norm. Follows keras.activations.soft_shrink.
 *
 * @throws RangeError for a negative threshold.
 * @example
 * layers.dense({ units: 8, activation: activations.softShrink({ threshold: 0.1 }) });
 */
export const softShrink = createActivation<ShrinkOptions>(
  "softShrink",
  { threshold: 0.5 },
  (x, { threshold }) => ops.sub(x, ops.minimum(ops.maximum(x, -threshold), threshold)),
  ({ threshold }) => checkNumber("activations.softShrink", "threshold", threshold, 0),
);

/**
 * `f(x) = x - tanh(x)`. Follows keras.activations.tanh_shrink.
 *
 * @example
 * layers.dense({ units: 8, activation: "tanhShrink" });
 */
export const tanhShrink = createActivation("tanhShrink", {}, (x) => ops.tanhShrink(x));
