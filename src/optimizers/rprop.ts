// Rprop: only the signs of the gradients count.

import { checkFloat32, checkOptions, describeValue, explain } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface RpropOptions extends CommonOptions {
  /** The size of the first step; later ones do not look at it. Default 0.01. */
  learningRate?: LearningRate;
  /** Factors of a step size: [after a change of sign, after none], the first in (0, 1), the second at least 1; default [0.5, 1.2]. */
  etas?: readonly [minus: number, plus: number];
  /** The smallest and the largest step size, positive; default [1e-6, 50]. */
  stepSizes?: readonly [minimum: number, maximum: number];
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
}

/**
 * Resilient backpropagation (Riedmiller and Braun 1993) on the whole data set: `fit` makes one step an epoch unless a batch size
 * is given, since the signs of small batches' gradients change by chance.
 *
 * Each weight's step size is multiplied by `etas[1]` where its gradient has the sign of the step before, by `etas[0]` where the
 * sign has changed, and kept within `stepSizes`. `p -= sign(g) * size`; after a change of sign the weight rests for one step.
 * Follows torch.optim.Rprop; Keras has none.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.rprop(), loss: "mse" });
 */
export function rprop(options: RpropOptions = {}): Optimizer {
  const where = "optimizers.rprop";
  checkOptions(where, options, ["learningRate", "etas", "stepSizes", "weightDecay", ...commonNames]);
  const [etaMinus, etaPlus] = checkPair(where, "etas", options.etas ?? [0.5, 1.2]);
  const [minimum, maximum] = checkPair(where, "stepSizes", options.stepSizes ?? [1e-6, 50]);
  const parameters = {
    etaMinus: checkFloat32(where, "etas[0]", etaMinus, Number.MIN_VALUE, 1),
    etaPlus: checkFloat32(where, "etas[1]", etaPlus, 1),
    minimum: checkFloat32(where, "stepSizes[0]", minimum, Number.MIN_VALUE),
    maximum: checkFloat32(where, "stepSizes[1]", maximum, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
  };
  if (minimum > maximum) {
    throw new RangeError(explain(where, "stepSizes must rise", `[${minimum}, ${maximum}]`));
  }
  const config = { etas: [etaMinus, etaPlus], stepSizes: [minimum, maximum], weightDecay: parameters.weightDecay };
  const rule = { name: "rprop", slots: ["previousGradient", "size"], parameters } as const;
  return new Optimizer("rprop", options.learningRate ?? 0.01, config, rule, { fullBatch: true, common: options });
}

function checkPair(where: string, name: string, pair: unknown): readonly [number, number] {
  if (Array.isArray(pair) && pair.length === 2) return pair as unknown as readonly [number, number];
  throw new TypeError(explain(where, `${name} must be an array of two numbers`, describeValue(pair)));
}
