// Random search.

import { fromUnit } from "../distributions.js";
import type { Sampler } from "./sampler.js";

/**
 * Every parameter on its own, uniformly over its range (over its logarithm with `log`). Follows Bergstra and Bengio, "Random Search
 * for Hyper-Parameter Optimization" (2012), and optuna.samplers.RandomSampler.
 *
 * @example
 * const study = await tune(objective, { sampler: samplers.random(), trials: 30 });
 */
export function random(): Sampler {
  return { name: "random", suggest: (context, _, distribution) => fromUnit(distribution, context.random.uniform()) };
}
