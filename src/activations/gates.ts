// Activations of the form x g(x): the input times a gate between 0 and 1.

import { createActivation } from "./activation.js";
import * as ops from "../ops/index.js";

export interface GeluOptions {
  /** Use `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`; default false. */
  approximate?: boolean;
}

/**
 * `f(x) = x (1 + erf(x / sqrt(2))) / 2` (Hendrycks and Gimpel 2016). Follows keras.activations.gelu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.gelu({ approximate: true }) });
 */
export const gelu = createActivation<GeluOptions>("gelu", { approximate: false }, (x, { approximate }) =>
  approximate ? ops.geluTanh(x) : ops.gelu(x),
);

/**
 * `f(x) = x / (1 + exp(-x))`, also called swish. Follows keras.activations.silu.
 *
 * @example
 * layers.dense({ units: 8, activation: "silu" });
 */
export const silu = createActivation("silu", {}, (x) => ops.silu(x));

/** Another name of `silu`. */
export const swish = silu;

/**
 * `f(x) = x / (1 + exp(-1.702 x))`: an approximation of gelu (Hendrycks and Gimpel 2016), used by CLIP.
 *
 * @example
 * layers.dense({ units: 8, activation: "quickGelu" });
 */
export const quickGelu = createActivation("quickGelu", {}, (x) => ops.mul(x, ops.sigmoid(ops.mul(x, 1.702))));

/**
 * `f(x) = x tanh(log(1 + exp(x)))` (Misra 2019). Follows keras.activations.mish.
 *
 * @example
 * layers.dense({ units: 8, activation: "mish" });
 */
export const mish = createActivation("mish", {}, (x) => ops.mish(x));

/**
 * `f(x) = x min(max(x + 3, 0), 6) / 6` (Howard et al. 2019); derivative 0 at -3, 1 at 3. Also called hardSwish.
 * Follows keras.activations.hard_silu.
 *
 * @example
 * layers.dense({ units: 8, activation: "hardSilu" });
 */
export const hardSilu = createActivation("hardSilu", {}, (x) => ops.hardSilu(x));

/** Another name of `hardSilu`. */
export const hardSwish = hardSilu;
