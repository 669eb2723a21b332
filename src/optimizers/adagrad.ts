// Adagrad and Adadelta: each weight has a step size of its own, from the squares of its gradients.

import { checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface AdagradOptions extends CommonOptions {
  /** Default 0.001 (PyTorch: 0.01). */
  learningRate?: LearningRate;
  /** What the sums of squares begin with, at least 0; default 0.1 (PyTorch: 0). */
  initialAccumulatorValue?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * Adagrad (Duchi et al. 2011).
 *
 * `a += g^2` (first `initialAccumulatorValue`), `p -= learningRate * g / sqrt(a + epsilon)`. The slot `accumulator` holds what was
 * added. Follows keras.optimizers.Adagrad (PyTorch adds epsilon to the root).
 *
 * @throws RangeError for negative options.
 * @example
 * net.compile({ optimizer: optimizers.adagrad({ learningRate: 0.01 }), loss: "mse" });
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const where = "optimizers.adagrad";
  checkOptions(where, options, ["learningRate", "initialAccumulatorValue", "epsilon", "weightDecay", ...commonNames]);
  const parameters = {
    initialAccumulatorValue: checkFloat32(where, "initialAccumulatorValue", options.initialAccumulatorValue ?? 0.1, 0),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  const rule = { name: "adagrad", slots: ["accumulator"], parameters } as const;
  return new Optimizer("adagrad", options.learningRate ?? 0.001, parameters, rule, { common: options });
}

export interface AdadeltaOptions extends CommonOptions {
  /** Default 0.001 (the paper and PyTorch: 1). */
  learningRate?: LearningRate;
  /** Decay of both means, in [0, 1]; default 0.95 (PyTorch: 0.9). */
  rho?: number;
  /** Default 1e-7 (PyTorch: 1e-6). */
  epsilon?: number;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * Adadelta (Zeiler 2012).
 *
 * `r = rho r + (1 - rho) g^2`, `d = g * sqrt(s + epsilon) / sqrt(r + epsilon)`, `s = rho s + (1 - rho) d^2`,
 * `p -= learningRate * d`. Follows keras.optimizers.Adadelta.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.adadelta({ learningRate: 1 }), loss: "mse" });
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const where = "optimizers.adadelta";
  checkOptions(where, options, ["learningRate", "rho", "epsilon", "weightDecay", ...commonNames]);
  const parameters = {
    rho: checkFloat32(where, "rho", options.rho ?? 0.95, 0, 1),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  const rule = { name: "adadelta", slots: ["meanSquare", "meanSquareChange"], parameters } as const;
  return new Optimizer("adadelta", options.learningRate ?? 0.001, parameters, rule, { common: options });
}
