// Optimizers with the options of Adam: Adamax, Nadam, RAdam.

import { belowOne, checkFloat32, checkOptions } from "../errors.js";
import type { OptimizerName } from "../program/ops.gen.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface AdamRelativeOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** Decay of the mean of gradients, in [0, 1); default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients (adamax: of their largest magnitude), in [0, 1); default 0.999. */
  beta2?: number;
  /** Default 1e-7, as Keras (PyTorch: 1e-8; so here for radam). */
  epsilon?: number;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

const names = ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", ...commonNames];

/**
 * Adamax (Kingma and Ba 2015): Adam with the largest magnitude in the place of the mean square.
 *
 * `m += (g - m)(1 - beta1)`, `u = max(beta2 * u, |g|)`, `p -= learningRate * m / ((1 - beta1^t)(u + epsilon))`.
 * Follows keras.optimizers.Adamax (PyTorch's default learning rate is 0.002).
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.adamax({ learningRate: 0.002 }), loss: "mse" });
 */
export function adamax(options: AdamRelativeOptions = {}): Optimizer {
  return build("adamax", ["m", "u"], options, 1e-7);
}

/**
 * Nadam (Dozat 2016): Adam with Nesterov's momentum.
 *
 * With `m` and `v` as in Adam, `b(t) = beta1 (1 - 0.96^t / 2)` and `B(t) = b(1) ... b(t)`,
 * `p -= learningRate * (b(t + 1) m / (1 - B(t + 1)) + (1 - b(t)) g / (1 - B(t))) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
 * Follows keras.optimizers.Nadam (PyTorch's default learning rate is 0.002).
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.nadam(), loss: "mse" });
 */
export function nadam(options: AdamRelativeOptions = {}): Optimizer {
  return build("nadam", ["m", "v"], options, 1e-7);
}

/**
 * RAdam (Liu et al. 2020): Adam that trusts `v` only when enough gradients have been seen.
 *
 * With `m` and `v` as in Adam, `R = 2 / (1 - beta2) - 1` and `r = R - 2 t beta2^t / (1 - beta2^t)`: while `r <= 5`,
 * `p -= learningRate * m / (1 - beta1^t)`; afterwards this is multiplied by
 * `sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)) * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)`.
 * Follows torch.optim.RAdam, whose epsilon of 1e-8 is the default; weight decay is decoupled here. Keras has none.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.radam(), loss: "mse" });
 */
export function radam(options: AdamRelativeOptions = {}): Optimizer {
  return build("radam", ["m", "v"], options, 1e-8);
}

function build(
  name: OptimizerName,
  slots: readonly string[],
  options: AdamRelativeOptions,
  defaultEpsilon: number,
): Optimizer {
  const where = `optimizers.${name}`;
  checkOptions(where, options, names);
  const parameters = {
    beta1: checkFloat32(where, "beta1", options.beta1 ?? 0.9, 0, belowOne),
    beta2: checkFloat32(where, "beta2", options.beta2 ?? 0.999, 0, belowOne),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? defaultEpsilon, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  const rule = { name, slots, parameters };
  return new Optimizer(name, options.learningRate ?? 0.001, parameters, rule, { common: options });
}
