// Lion: steps of equal size along the sign of a mean gradient.

import { checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface LionOptions extends CommonOptions {
  /** Default 0.001 (a third to a tenth of Adam's suits it). */
  learningRate?: LearningRate;
  /** Share of the old mean in the direction of a step, in (0, 1]; default 0.9. */
  beta1?: number;
  /** Decay of the mean of gradients, in [0, 1]; default 0.99. */
  beta2?: number;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * Lion (Chen et al. 2023).
 *
 * `p -= learningRate * sign(beta1 m + (1 - beta1) g)`, then `m = beta2 m + (1 - beta2) g`. Follows keras.optimizers.Lion.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.lion({ learningRate: 1e-4 }), loss: "mse" });
 */
export function lion(options: LionOptions = {}): Optimizer {
  const where = "optimizers.lion";
  checkOptions(where, options, ["learningRate", "beta1", "beta2", "weightDecay", ...commonNames]);
  const parameters = {
    // With 0 it would be the sign of the gradient alone; Keras refuses that, too.
    beta1: checkFloat32(where, "beta1", options.beta1 ?? 0.9, Number.MIN_VALUE, 1),
    beta2: checkFloat32(where, "beta2", options.beta2 ?? 0.99, 0, 1),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  const rule = { name: "lion", slots: ["m"], parameters } as const;
  return new Optimizer("lion", options.learningRate ?? 0.001, parameters, rule, { common: options });
}
