// The family of initializers that keep the variance of activations or gradients: Glorot (Xavier), He (Kaiming), LeCun.

import { checkNumber, checkOptions, unknownName } from "../errors.js";
import { createDrawnInitializer, fans, type Initializer, type SeedOptions } from "./initializer.js";
import { withSeed } from "./random.js";

/** The standard deviation of a standard normal variable that is cut at -2 and 2. */
const truncatedDeviation = 0.87962566103423978;

export interface VarianceScalingOptions extends SeedOptions {
  /** Default 1. */
  scale?: number;
  /** What `scale` is divided by: inputs, outputs, or their mean; default "fanIn". */
  mode?: "fanIn" | "fanOut" | "fanAvg";
  /** Default "truncatedNormal". */
  distribution?: "truncatedNormal" | "untruncatedNormal" | "uniform";
}

const modes = ["fanIn", "fanOut", "fanAvg"] as const;
const distributions = ["truncatedNormal", "untruncatedNormal", "uniform"] as const;

/**
 * Variance scaling: with `n` from `mode`, a normal distribution of variance `scale / n` (truncated at two standard
 * deviations and widened so that the variance is kept), or a uniform one with limit `sqrt(3 scale / n)`.
 * Follows keras.initializers.VarianceScaling.
 *
 * @throws RangeError for scale <= 0 and for unknown names.
 * @example
 * initializers.varianceScaling({ scale: 2, mode: "fanIn" })([784, 512]);
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const where = "initializers.varianceScaling";
  checkOptions(where, options, ["scale", "mode", "distribution", "seed"]);
  const scale = checkNumber(where, "scale", options.scale ?? 1, Number.MIN_VALUE);
  const mode = options.mode ?? "fanIn";
  const distribution = options.distribution ?? "truncatedNormal";
  if (!modes.includes(mode)) throw unknownName(where, mode, modes);
  if (!distributions.includes(distribution)) throw unknownName(where, distribution, distributions);
  return scaling("varianceScaling", withSeed({ scale, mode, distribution }, options), scale, mode, distribution);
}

function scaling(
  name: string,
  config: Record<string, unknown>,
  scale: number,
  mode: (typeof modes)[number],
  distribution: (typeof distributions)[number],
): Initializer {
  return createDrawnInitializer(name, config, (values, shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const n = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    const variance = scale / Math.max(1, n);
    const limit = Math.sqrt(3 * variance);
    const deviation = Math.sqrt(variance);
    if (distribution === "uniform") {
      random.fillUniform(values, -limit, limit);
      return;
    }
    for (let i = 0; i < values.length; i++) {
      if (distribution === "untruncatedNormal") values[i] = random.normal(0, deviation);
      else values[i] = random.truncatedNormal(0, deviation / truncatedDeviation);
    }
  });
}

function family(
  name: string,
  options: SeedOptions,
  scale: number,
  mode: (typeof modes)[number],
  distribution: (typeof distributions)[number],
): Initializer {
  checkOptions(`initializers.${name}`, options, ["seed"]);
  return scaling(name, withSeed({}, options), scale, mode, distribution);
}

/**
 * Uniform over +-sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010). The default for kernels. Alias: xavierUniform.
 *
 * @example
 * layers.dense({ units: 10, kernelInitializer: initializers.glorotUniform({ seed: 1 }) });
 */
export function glorotUniform(options: SeedOptions = {}): Initializer {
  return family("glorotUniform", options, 1, "fanAvg", "uniform");
}

/**
 * Truncated normal with standard deviation sqrt(2 / (inputs + outputs)) (Glorot and Bengio 2010). Alias: xavierNormal.
 *
 * @example
 * layers.dense({ units: 10, kernelInitializer: "glorotNormal" });
 */
export function glorotNormal(options: SeedOptions = {}): Initializer {
  return family("glorotNormal", options, 1, "fanAvg", "truncatedNormal");
}

/**
 * Uniform over +-sqrt(6 / inputs), for relu (He et al. 2015). Alias: kaimingUniform.
 *
 * @example
 * layers.dense({ units: 10, activation: "relu", kernelInitializer: "heUniform" });
 */
export function heUniform(options: SeedOptions = {}): Initializer {
  return family("heUniform", options, 2, "fanIn", "uniform");
}

/**
 * Truncated normal with standard deviation sqrt(2 / inputs), for relu (He et al. 2015). Alias: kaimingNormal.
 *
 * @example
 * layers.dense({ units: 10, activation: "relu", kernelInitializer: "heNormal" });
 */
export function heNormal(options: SeedOptions = {}): Initializer {
  return family("heNormal", options, 2, "fanIn", "truncatedNormal");
}

/**
 * Uniform over +-sqrt(3 / inputs) (LeCun et al. 1998).
 *
 * @example
 * layers.dense({ units: 10, activation: "tanh", kernelInitializer: "lecunUniform" });
 */
export function lecunUniform(options: SeedOptions = {}): Initializer {
  return family("lecunUniform", options, 1, "fanIn", "uniform");
}

/**
 * Truncated normal with standard deviation sqrt(1 / inputs), for selu (LeCun et al. 1998; Klambauer et al. 2017).
 *
 * @example
 * layers.dense({ units: 10, activation: "selu", kernelInitializer: "lecunNormal" });
 */
export function lecunNormal(options: SeedOptions = {}): Initializer {
  return family("lecunNormal", options, 1, "fanIn", "truncatedNormal");
}

/** Another name of `glorotUniform`. */
export const xavierUniform = glorotUniform;
/** Another name of `glorotNormal`. */
export const xavierNormal = glorotNormal;
/** Another name of `heUniform`. */
export const kaimingUniform = heUniform;
/** Another name of `heNormal`. */
export const kaimingNormal = heNormal;
