// Activations of the form x g(x): the input times a gate between 0 and 1.

import { explain, formatShape, ShapeError } from "../errors.js";
import { placeOf, type SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { createActivation } from "./activation.js";

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

/**
 * `f([a, b]) = a / (1 + exp(-b))`, a gated linear unit (Dauphin et al. 2017): the first half of the last dimension times the
 * sigmoid of the second, so that a layer with it has half as many outputs as units. Follows keras.activations.glu.
 *
 * @throws ShapeError for an odd number of columns.
 * @example
 * layers.dense({ units: 16, activation: "glu" }); // 8 outputs
 */
export const glu = createActivation("glu", {}, (x) => {
  const width = x.shape[x.shape.length - 1] ?? 1;
  if (width % 2 !== 0) {
    throw new ShapeError(explain(placeOf("activations.glu"), "expected an even last dimension", formatShape(x.shape)));
  }
  const [value, gate] = ops.split(x, 2) as [SymbolicTensor, SymbolicTensor];
  return ops.mul(value, ops.sigmoid(gate));
});
