// FTRL-proximal: sparse weights for linear models.

import { checkFloat32, checkOptions } from "../errors.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames } from "./common.js";
import { Optimizer } from "./optimizer.js";

export interface FtrlOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** How fast the rate falls with the sum of squares, at most 0; default -0.5. */
  learningRatePower?: number;
  /** What the sums of squares begin with, at least 0; default 0.1. */
  initialAccumulatorValue?: number;
  /** At least 0; default 0. */
  l1RegularizationStrength?: number;
  /** At least 0; default 0. */
  l2RegularizationStrength?: number;
  /** Shrinks by the size of the weight, not of the step; at least 0, default 0. */
  l2ShrinkageRegularizationStrength?: number;
  /** The paper's beta, at least 0; default 0. */
  beta?: number;
}

const names = [
  "learningRate",
  "learningRatePower",
  "initialAccumulatorValue",
  "l1RegularizationStrength",
  "l2RegularizationStrength",
  "l2ShrinkageRegularizationStrength",
  "beta",
  ...commonNames,
];

/**
 * FTRL-proximal (McMahan et al. 2013).
 *
 * With the sum of squares `a` before and `b = a + g^2` after, and `q = -learningRatePower`:
 * `z += g + 2 l2Shrinkage p - (b^q - a^q) / learningRate * p`,
 * `p = (clip(z, -l1, l1) - z) / (b^q / learningRate + 2 l2 + beta / learningRate)`.
 * Follows keras.optimizers.Ftrl, but has no weight decay: `l2RegularizationStrength` is that. The weights are computed from `z`
 * alone, so that those of before the training count only in the first step. A step with learning rate 0 changes nothing.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 }), loss: "mse" });
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  const where = "optimizers.ftrl";
  checkOptions(where, options, names);
  const strength = (name: keyof FtrlOptions, value = 0): number => checkFloat32(where, name, options[name] ?? value, 0);
  const power = options.learningRatePower ?? -0.5;
  const config = {
    learningRatePower: checkFloat32(where, "learningRatePower", power, Number.NEGATIVE_INFINITY, 0),
    initialAccumulatorValue: strength("initialAccumulatorValue", 0.1),
    l1RegularizationStrength: strength("l1RegularizationStrength"),
    l2RegularizationStrength: strength("l2RegularizationStrength"),
    l2ShrinkageRegularizationStrength: strength("l2ShrinkageRegularizationStrength"),
    beta: strength("beta"),
  };
  const parameters = {
    learningRatePower: config.learningRatePower,
    initialAccumulatorValue: config.initialAccumulatorValue,
    l1: config.l1RegularizationStrength,
    l2: config.l2RegularizationStrength,
    l2Shrinkage: config.l2ShrinkageRegularizationStrength,
    beta: config.beta,
  };
  const rule = { name: "ftrl", slots: ["accumulator", "linear"], parameters } as const;
  return new Optimizer("ftrl", options.learningRate ?? 0.001, config, rule, { common: options });
}
