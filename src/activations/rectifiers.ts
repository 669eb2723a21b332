// Rectifiers: the identity for large inputs, and something small below.

import { checkFloat32, checkNumber } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { createActivation } from "./activation.js";

export interface ReluOptions {
  /** Slope below the threshold, at least 0; default 0. */
  negativeSlope?: number;
  /** The largest result, at least 0; default null: none. */
  maxValue?: number | null;
  /** Inputs up to it are cut, at least 0; default 0. */
  threshold?: number;
}

/**
 * `f(x) = max(x, 0)`; derivative 0 at 0. With options: `maxValue` for `x >= maxValue`, `x` for `threshold < x < maxValue`, and
 * `negativeSlope * (x - threshold)` below. Follows keras.activations.relu.
 *
 * @throws RangeError for negative options.
 * @example
 * layers.dense({ units: 8, activation: activations.relu({ maxValue: 4, negativeSlope: 0.1 }) });
 */
export const relu = createActivation<ReluOptions>(
  "relu",
  { negativeSlope: 0, maxValue: null, threshold: 0 },
  (x, { negativeSlope, maxValue, threshold: limit }) => {
    if (negativeSlope !== 0 && maxValue === null && limit === 0) return ops.leakyRelu(x, negativeSlope);
    const upper = cutAbove(x, maxValue, limit);
    if (negativeSlope === 0) return upper;
    return ops.sub(upper, ops.mul(ops.relu(ops.sub(limit, x)), negativeSlope));
  },
  ({ negativeSlope, maxValue, threshold: limit }) => {
    checkNumber("activations.relu", "negativeSlope", negativeSlope, 0);
    if (maxValue !== null) checkNumber("activations.relu", "maxValue", maxValue, 0);
    checkNumber("activations.relu", "threshold", limit, 0);
  },
);

/** `x` between the two limits, 0 below and `maxValue` above. */
function cutAbove(x: SymbolicTensor, maxValue: number | null, limit: number): SymbolicTensor {
  if (limit === 0 && maxValue === 6) return ops.relu6(x);
  const lower = limit === 0 ? ops.relu(x) : ops.where(ops.greater(x, limit), x, 0);
  return maxValue === null ? lower : ops.minimum(lower, maxValue);
}

/**
 * `f(x) = min(max(x, 0), 6)`; derivative 0 at 0 and 6. Follows keras.activations.relu6.
 *
 * @example
 * layers.dense({ units: 8, activation: "relu6" });
 */
export const relu6 = createActivation("relu6", {}, (x) => ops.relu6(x));

export interface LeakyReluOptions {
  /** Slope for negative inputs, at least 0; default 0.2, as Keras (PyTorch: 0.01). */
  negativeSlope?: number;
}

/**
 * `f(x) = x >= 0 ? x : negativeSlope * x` (Maas et al. 2013). Follows keras.activations.leaky_relu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.leakyRelu({ negativeSlope: 0.01 }) });
 */
export const leakyRelu = createActivation<LeakyReluOptions>(
  "leakyRelu",
  { negativeSlope: 0.2 },
  (x, { negativeSlope }) => ops.leakyRelu(x, negativeSlope),
  ({ negativeSlope }) => checkNumber("activations.leakyRelu", "negativeSlope", negativeSlope, 0),
);

export interface EluOptions {
  /** Minus the limit for negative inputs, at least 0; default 1. */
  alpha?: number;
}

/**
 * `f(x) = x > 0 ? x : alpha * (exp(x) - 1)` (Clevert et al. 2016). Follows keras.activations.elu.
 *
 * @example
 * layers.dense({ units: 8, activation: activations.elu({ alpha: 0.5 }) });
 */
export const elu = createActivation<EluOptions>(
  "elu",
  { alpha: 1 },
  (x, { alpha }) => ops.elu(x, alpha),
  ({ alpha }) => checkNumber("activations.elu", "alpha", alpha, 0),
);

/**
 * `f(x) = 1.05070098 * (x > 0 ? x : 1.67326324 * (exp(x) - 1))`, for `lecunNormal` kernels (Klambauer et al. 2017).
 * Follows keras.activations.selu.
 *
 * @example
 * layers.dense({ units: 8, activation: "selu", kernelInitializer: "lecunNormal" });
 */
export const selu = createActivation("selu", {}, (x) => ops.selu(x));

export interface CeluOptions {
  /** Minus the limit for negative inputs, positive; default 1. */
  alpha?: number;
}

/**
 * `f(x) = x > 0 ? x : alpha * (exp(x / alpha) - 1)`, whose derivative is continuous for every alpha (Barron 2017).
 * Follows keras.activations.celu.
 *
 * @throws RangeError unless alpha is positive.
 * @example
 * layers.dense({ units: 8, activation: activations.celu({ alpha: 0.5 }) });
 */
export const celu = createActivation<CeluOptions>(
  "celu",
  { alpha: 1 },
  (x, { alpha }) => ops.celu(x, alpha),
  ({ alpha }) => checkFloat32("activations.celu", "alpha", alpha, Number.MIN_VALUE),
);

/**
 * `f(x) = max(x, 0)^2` (So et al. 2021, "Primer").
 *
 * @example
 * layers.dense({ units: 8, activation: "reluSquared" });
 */
export const reluSquared = createActivation("reluSquared", {}, (x) => ops.square(ops.relu(x)));

export interface ThresholdOptions {
  /** Inputs up to it are replaced. */
  threshold: number;
  /** What they are replaced by. */
  defaultValue: number;
}

/**
 * `f(x) = x > threshold ? x : defaultValue`. Follows keras.activations.threshold; both options must be given, as there.
 *
 * @throws TypeError without both options.
 * @example
 * layers.dense({ units: 8, activation: activations.threshold({ threshold: 0.1, defaultValue: 0 }) });
 */
export const threshold = createActivation<ThresholdOptions>(
  "threshold",
  // Both must be given.
  { threshold: undefined as never, defaultValue: undefined as never },
  (x, { threshold: limit, defaultValue }) => ops.where(ops.greater(x, limit), x, defaultValue),
  ({ threshold: limit, defaultValue }) => {
    checkNumber("activations.threshold", "threshold", limit);
    checkNumber("activations.threshold", "defaultValue", defaultValue);
  },
);
