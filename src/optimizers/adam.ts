// Adam and AdamW.

import { belowOne, checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface AdamOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** Decay of the mean of gradients, in [0, 1); default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients, in [0, 1); default 0.999. */
  beta2?: number;
  /** Default 1e-7, as Keras (PyTorch: 1e-8). */
  epsilon?: number;
  /** Divide by the largest mean of squares so far (Reddi et al. 2018); default false. */
  amsgrad?: boolean;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0 (adamw: 0.004). */
  weightDecay?: number;
}

const names = ["learningRate", "beta1", "beta2", "epsilon", "amsgrad", "weightDecay", ...commonNames];

/**
 * Adam (Kingma and Ba 2015).
 *
 * `m += (g - m)(1 - beta1)`, `v += (g^2 - v)(1 - beta2)`,
 * `p -= learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)` with t counted from 1.
 * Follows keras.optimizers.Adam, also in the place of epsilon.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss: "mse" });
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return build("adam", options, 0);
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): `p -= learningRate * weightDecay * p`, then Adam's update.
 * The default weight decay is 0.004, as in keras.optimizers.AdamW (PyTorch: 0.01).
 *
 * @example
 * net.compile({ optimizer: optimizers.adamw({ weightDecay: 0.01 }), loss: "mse" });
 */
export function adamw(options: AdamOptions = {}): Optimizer {
  return build("adamw", options, 0.004);
}

function build(name: string, options: AdamOptions, defaultDecay: number): Optimizer {
  const where = `optimizers.${name}`;
  checkOptions(where, options, names);
  const beta1 = checkFloat32(where, "beta1", options.beta1 ?? 0.9, 0, belowOne);
  const beta2 = checkFloat32(where, "beta2", options.beta2 ?? 0.999, 0, belowOne);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE);
  const weightDecay = checkFloat32(where, "weightDecay", options.weightDecay ?? defaultDecay, 0);
  const amsgrad = options.amsgrad ?? false;
  const rule = {
    name: "adam",
    slots: amsgrad ? ["m", "v", "vMaximum"] : ["m", "v"],
    parameters: { beta1, beta2, epsilon, weightDecay },
  } as const;
  const config = { beta1, beta2, epsilon, amsgrad, weightDecay };
  return new Optimizer(name, options.learningRate ?? 0.001, config, rule, { common: options });
}
