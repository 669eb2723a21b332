// LAMB: Adam whose step is as long as the weight, for large batches.

import { belowOne, checkFloat32, checkOptions } from "../errors.js";
import type { GraphRule } from "../graph/compiled.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames, commonSettings } from "./common.js";
import { Optimizer } from "./optimizer.js";
import { correction, decayedParameter, decayOf, movedMean } from "./rule-parts.js";

export interface LambOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** Decay of the mean of gradients, in [0, 1); default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients, in [0, 1); default 0.999. */
  beta2?: number;
  /** Above 0; default 1e-7. */
  epsilon?: number;
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * LAMB (You et al. 2020).
 *
 * `m += (g - m)(1 - beta1)`, `v += (g^2 - v)(1 - beta2)`, `u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`,
 * `p -= learningRate * |p| / |u| * u` with the norms of the whole weight, and without that factor where one of them is 0.
 * Follows keras.optimizers.Lamb (in the paper weight decay is a part of `u`).
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.lamb({ learningRate: 0.01 }), loss: "mse" });
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const where = "optimizers.lamb";
  checkOptions(where, options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", ...commonNames]);
  const settings = {
    beta1: checkFloat32(where, "beta1", options.beta1 ?? 0.9, 0, belowOne),
    beta2: checkFloat32(where, "beta2", options.beta2 ?? 0.999, 0, belowOne),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const decay = decayOf(weightDecay, commonSettings(where, options).decays);
  const rule: GraphRule = {
    slots: ["m", "v"],
    update(input) {
      const { gradient, slots, learningRate, step, variable } = input;
      const parameter = decayedParameter(input, decay(variable));
      const m = movedMean(slots.m as SymbolicTensor, gradient, beta1);
      const v = movedMean(slots.v as SymbolicTensor, ops.square(gradient), beta2);
      const size = ops.add(ops.sqrt(ops.div(v, correction(beta2, step))), epsilon);
      const direction = ops.div(ops.div(m, correction(beta1, step)), size);
      const rate = ops.mul(learningRate, trust(parameter, direction));
      return { parameter: ops.sub(parameter, ops.mul(rate, direction)), slots: { m, v } };
    },
  };
  return new Optimizer("lamb", options.learningRate ?? 0.001, settings, rule, { common: options });
}

/** |p| / |u|, or 1 where one of them is 0. */
function trust(parameter: SymbolicTensor, direction: SymbolicTensor): SymbolicTensor {
  const [p, u] = [parameter, direction].map((x) => ops.sqrt(ops.sumSquares(x))) as [SymbolicTensor, SymbolicTensor];
  return ops.where(ops.mul(ops.greater(p, 0), ops.greater(u, 0)), ops.div(p, ops.where(u, u, 1)), 1);
}
