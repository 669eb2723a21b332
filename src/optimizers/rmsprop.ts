// RMSprop.

import { checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface RmspropOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** Decay of the mean of squared gradients, in [0, 1]; default 0.9 (PyTorch: 0.99). */
  rho?: number;
  /** In [0, 1]; default 0. */
  momentum?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Divide by the estimated variance of the gradient instead of its mean square; default false. */
  centered?: boolean;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

const names = ["learningRate", "rho", "momentum", "epsilon", "centered", "weightDecay", ...commonNames];

/**
 * RMSprop (Tieleman and Hinton 2012).
 *
 * `r = rho r + (1 - rho) g^2`, `d = learningRate * g / sqrt(r + epsilon)`, `p -= d`. Centered: with `a = rho a + (1 - rho) g`
 * the divisor is `sqrt(r - a^2 + epsilon)`. With momentum `v = momentum v + d`, `p -= v`.
 * Follows keras.optimizers.RMSprop, also in the place of epsilon.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.rmsprop({ centered: true }), loss: "mse" });
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const where = "optimizers.rmsprop";
  checkOptions(where, options, names);
  const rho = checkFloat32(where, "rho", options.rho ?? 0.9, 0, 1);
  const momentum = checkFloat32(where, "momentum", options.momentum ?? 0, 0, 1);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE);
  const weightDecay = checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0);
  const centered = options.centered ?? false;
  const slots = ["meanSquare"];
  if (momentum > 0) slots.push("velocity");
  if (centered) slots.push("meanGradient");
  const rule = { name: "rmsprop", slots, parameters: { rho, momentum, epsilon, weightDecay } } as const;
  const config = { rho, momentum, epsilon, centered, weightDecay };
  return new Optimizer("rmsprop", options.learningRate ?? 0.001, config, rule, { common: options });
}
