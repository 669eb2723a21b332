// Initializers from one distribution whose parameters do not depend on the shape.

import { checkNumber, checkOptions, explain } from "../errors.js";
import { createDrawnInitializer, type Initializer, type SeedOptions } from "./initializer.js";

export interface RandomNormalOptions extends SeedOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation; default 0.05. */
  stddev?: number;
}

/**
 * Normal distribution. Follows keras.initializers.RandomNormal.
 *
 * @example
 * initializers.randomNormal({ stddev: 0.01, seed: 1 })([4, 3]);
 */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  const { mean, stddev } = checkNormal("initializers.randomNormal", options);
  return createDrawnInitializer("randomNormal", withSeed({ mean, stddev }, options), (values, _shape, random) => {
    for (let i = 0; i < values.length; i++) values[i] = random.normal(mean, stddev);
  });
}

/**
 * Normal distribution, redrawn until within two standard deviations of the mean. Follows keras.initializers.TruncatedNormal:
 * `stddev` is that of the distribution before it is cut.
 *
 * @example
 * initializers.truncatedNormal({ stddev: 0.02 })([4, 3]);
 */
export function truncatedNormal(options: RandomNormalOptions = {}): Initializer {
  const { mean, stddev } = checkNormal("initializers.truncatedNormal", options);
  return createDrawnInitializer("truncatedNormal", withSeed({ mean, stddev }, options), (values, _shape, random) => {
    for (let i = 0; i < values.length; i++) values[i] = random.truncatedNormal(mean, stddev);
  });
}

export interface RandomUniformOptions extends SeedOptions {
  /** Lower bound; default -0.05. */
  minval?: number;
  /** Upper bound; default 0.05. */
  maxval?: number;
}

/**
 * Uniform distribution over [minval, maxval). Follows keras.initializers.RandomUniform.
 *
 * @throws RangeError when minval exceeds maxval.
 * @example
 * initializers.randomUniform({ minval: -1, maxval: 1 })([4, 3]);
 */
export function randomUniform(options: RandomUniformOptions = {}): Initializer {
  const where = "initializers.randomUniform";
  checkOptions(where, options, ["minval", "maxval", "seed"]);
  const minval = checkNumber(where, "minval", options.minval ?? -0.05);
  const maxval = checkNumber(where, "maxval", options.maxval ?? 0.05);
  if (minval > maxval) throw new RangeError(explain(where, "minval must not exceed maxval", `${minval} and ${maxval}`));
  return createDrawnInitializer("randomUniform", withSeed({ minval, maxval }, options), (values, _shape, random) => {
    random.fillUniform(values, minval, maxval);
  });
}

/** The options as they are saved: the seed only when there is one. */
export function withSeed(config: Readonly<Record<string, unknown>>, options: SeedOptions): Record<string, unknown> {
  return options.seed === undefined ? { ...config } : { ...config, seed: options.seed };
}

function checkNormal(where: string, options: RandomNormalOptions): { mean: number; stddev: number } {
  checkOptions(where, options, ["mean", "stddev", "seed"]);
  return {
    mean: checkNumber(where, "mean", options.mean ?? 0),
    stddev: checkNumber(where, "stddev", options.stddev ?? 0.05, 0),
  };
}
