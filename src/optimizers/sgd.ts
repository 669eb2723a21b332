// Stochastic gradient descent with its variants: full batch, momentum, Nesterov's momentum.

import { checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface SgdOptions extends CommonOptions {
  /** Default 0.01. */
  learningRate?: LearningRate;
  /** In [0, 1]; default 0. */
  momentum?: number;
  /** Use Nesterov's look-ahead; default false. */
  nesterov?: boolean;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent on batches.
 *
 * `p -= learningRate * g`; with momentum `v = momentum * v - learningRate * g`, then `p += v`,
 * or `p += momentum * v - learningRate * g` with `nesterov`.
 * Follows keras.optimizers.SGD (PyTorch's momentum does not scale `v` by the learning rate).
 *
 * @throws RangeError for a negative learning rate or weight decay, or a momentum outside [0, 1].
 * @example
 * net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }), loss: "mse" });
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions("optimizers.sgd", options, ["learningRate", "momentum", "nesterov", "weightDecay", ...commonNames]);
  return descent("sgd", options.learningRate ?? 0.01, options, false);
}

export interface GradientDescentOptions extends CommonOptions {
  /** Default 0.01. */
  learningRate?: LearningRate;
  /** Decoupled weight decay; default 0. */
  weightDecay?: number;
}

/**
 * Gradient descent on the whole data set: `p -= learningRate * g`, where `g` is the gradient of the mean loss over all rows.
 * `fit` makes one step per epoch unless a batch size is given. The textbook's rule (Cauchy 1847).
 *
 * @example
 * net.compile({ optimizer: optimizers.gradientDescent({ learningRate: 0.5 }), loss: "mse" });
 */
export function gradientDescent(options: GradientDescentOptions = {}): Optimizer {
  checkOptions("optimizers.gradientDescent", options, ["learningRate", "weightDecay", ...commonNames]);
  return descent("gradientDescent", options.learningRate ?? 0.01, options, true);
}

export interface MomentumOptions extends CommonOptions {
  /** Default 0.01. */
  learningRate?: LearningRate;
  /** In [0, 1]; default 0.9. */
  momentum?: number;
  /** Decoupled weight decay; default 0. */
  weightDecay?: number;
}

/**
 * `sgd` with momentum, 0.9 by default: `v = momentum * v - learningRate * g; p += v` (Polyak 1964).
 *
 * @example
 * net.compile({ optimizer: optimizers.momentum({ learningRate: 0.01 }), loss: "mse" });
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  checkOptions("optimizers.momentum", options, ["learningRate", "momentum", "weightDecay", ...commonNames]);
  return descent("momentum", options.learningRate ?? 0.01, { ...options, momentum: options.momentum ?? 0.9 }, false);
}

/**
 * `sgd` with Nesterov's momentum, 0.9 by default: `v = momentum * v - learningRate * g; p += momentum * v - learningRate * g`
 * (Nesterov 1983, in the form of Keras).
 *
 * @example
 * net.compile({ optimizer: optimizers.nesterov({ learningRate: 0.01 }), loss: "mse" });
 */
export function nesterov(options: MomentumOptions = {}): Optimizer {
  checkOptions("optimizers.nesterov", options, ["learningRate", "momentum", "weightDecay", ...commonNames]);
  const all = { ...options, momentum: options.momentum ?? 0.9, nesterov: true };
  return descent("nesterov", options.learningRate ?? 0.01, all, false);
}

function descent(name: string, learningRate: LearningRate, options: SgdOptions, fullBatch: boolean): Optimizer {
  const where = `optimizers.${name}`;
  const momentumValue = checkFloat32(where, "momentum", options.momentum ?? 0, 0, 1);
  const weightDecay = checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0);
  const lookAhead = options.nesterov ?? false;
  const rule = {
    name: "sgd",
    slots: momentumValue > 0 ? ["velocity"] : [],
    parameters: { momentum: momentumValue, nesterov: lookAhead ? 1 : 0, weightDecay },
  } as const;
  const config = {
    ...(name !== "gradientDescent" && { momentum: momentumValue }),
    ...(name === "sgd" && { nesterov: lookAhead }),
    weightDecay,
  };
  return new Optimizer(name, learningRate, config, rule, { fullBatch, common: options });
}
