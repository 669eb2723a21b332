// Layers that disturb their input while training, and do nothing otherwise.

import { checkNumber, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { type CallContext, checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface GaussianNoiseOptions extends LayerOptions {
  /** The standard deviation of the noise, in [0, 1]. */
  stddev: number;
}

/**
 * Adds normal noise while training: `y = x + stddev n`; otherwise `y = x`. The noise depends on the model's seed and the step
 * alone. Follows keras.layers.GaussianNoise.
 *
 * @throws RangeError for a standard deviation outside [0, 1].
 * @example
 * sequential([layers.gaussianNoise({ stddev: 0.1, inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  const where = checkLayerOptions("gaussianNoise", options, ["stddev"]);
  const stddev = checkNumber(where, "stddev", options.stddev, 0, 1);
  return noiseLayer("gaussianNoise", options, { stddev }, stddev > 0, (x, stream) =>
    ops.add(x, ops.randomNormal(x, { stddev, stream })),
  );
}

export interface NoiseRateOptions extends LayerOptions {
  /** As the rate of dropout: the part that is disturbed, in [0, 1). */
  rate: number;
}

/**
 * Multiplies by normal noise around 1 while training: `y = x n` with the standard deviation `sqrt(rate / (1 - rate))`, which is
 * that of dropout; otherwise `y = x`. The noise depends on the model's seed and the step alone (Srivastava et al. 2014).
 * Follows keras.layers.GaussianDropout.
 *
 * @throws RangeError for a rate outside [0, 1).
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.gaussianDropout({ rate: 0.2 })]);
 */
export function gaussianDropout(options: NoiseRateOptions): Layer {
  const rate = checkRate(checkLayerOptions("gaussianDropout", options, ["rate"]), options.rate);
  const stddev = Math.sqrt(rate / (1 - rate));
  return noiseLayer("gaussianDropout", options, { rate }, rate > 0, (x, stream) =>
    ops.mul(x, ops.randomNormal(x, { mean: 1, stddev, stream })),
  );
}

// What selu tends to for large negative inputs.
const saturation = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for selu (Klambauer et al. 2017): while training, `y = a (kept ? x : s) + b`, where an input is kept with probability
 * `1 - rate`, s = -1.7581 is the limit of selu, and `a = 1 / sqrt((1 - rate) (1 + rate s^2))`, `b = -a s rate` keep mean 0 and
 * variance 1; otherwise `y = x`. The masks depend on the model's seed and the step alone. Follows keras.layers.AlphaDropout.
 *
 * @throws RangeError for a rate outside [0, 1).
 * @example
 * sequential([
 *   layers.dense({ units: 8, activation: "selu", kernelInitializer: "lecunNormal", inputShape: [4] }),
 *   layers.alphaDropout({ rate: 0.1 }),
 * ]);
 */
export function alphaDropout(options: NoiseRateOptions): Layer {
  const rate = checkRate(checkLayerOptions("alphaDropout", options, ["rate"]), options.rate);
  const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const b = -a * saturation * rate;
  return noiseLayer("alphaDropout", options, { rate }, rate > 0, (x, stream) => {
    const kept = ops.greaterEqual(ops.randomUniform(x, { stream }), rate);
    return ops.add(ops.mul(ops.where(kept, x, saturation), a), b);
  });
}

function checkRate(where: string, value: unknown): number {
  const rate = checkNumber(where, "rate", value, 0, 1);
  if (rate < 1) return rate;
  throw new RangeError(explain(where, "rate must be below 1", rate));
}

function noiseLayer(
  type: string,
  options: LayerOptions,
  config: Readonly<Record<string, unknown>>,
  active: boolean,
  disturb: (x: SymbolicTensor, stream: number) => SymbolicTensor,
): Layer {
  return createLayer({
    type,
    options,
    config,
    call(x: SymbolicTensor, context: CallContext) {
      // Drawn in every pass, so that the numbers of the streams do not depend on rates and modes.
      const stream = context.randomStream();
      return context.training && active ? disturb(x, stream) : x;
    },
  });
}
