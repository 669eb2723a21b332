// Schedule-free AdamW: averaging of the weights takes the place of a schedule of the learning rate.

import { belowOne, checkInteger, checkFloat32, checkOptions } from "../errors.js";
import type { GraphRule, RuleInput } from "../graph/compiled.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames, commonSettings } from "./common.js";
import { Optimizer } from "./optimizer.js";
import { correction, decayOf } from "./rule-parts.js";

export interface ScheduleFreeAdamWOptions extends CommonOptions {
  /** Default 0.0025. */
  learningRate?: LearningRate;
  /** Where between average and fast weights gradients are taken, in [0, 1); default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients, in [0, 1); default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Weight decay, computed where gradients are taken; default 0. */
  weightDecay?: number;
  /** The learning rate rises linearly over so many updates; default 0. */
  warmupSteps?: number;
  /** Update t has weight `t^r` in the average; default 0. */
  r?: number;
  /** ... times the largest learning rate so far to this power; default 2. */
  weightLrPower?: number;
}

const names = [
  "learningRate",
  "beta1",
  "beta2",
  "epsilon",
  "weightDecay",
  "warmupSteps",
  "r",
  "weightLrPower",
  ...commonNames,
];

/**
 * Schedule-free AdamW (Defazio et al. 2024): gradients are taken at `y = (1 - beta1) z + beta1 x`, where `z` are the weights of
 * AdamW's steps and `x` is their average. The model's weights are `x`: those that are read, evaluated, saved and predicted with;
 * only the loss and metrics of training steps are those of `y`.
 *
 * `v = beta2 v + (1 - beta2) g^2`, `u = g / (sqrt(v / (1 - beta2^t)) + epsilon) + weightDecay * y`, `z -= rate * u`,
 * `x = (1 - c) x + c z`, where `rate` is the learning rate with warm-up and `c` the weight of update t, divided by the sum of the
 * weights so far. Follows `AdamWScheduleFree` of the authors' package schedulefree 1.4.
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.scheduleFreeAdamW({ warmupSteps: 100 }), loss: "mse" });
 */
export function scheduleFreeAdamW(options: ScheduleFreeAdamWOptions = {}): Optimizer {
  const where = "optimizers.scheduleFreeAdamW";
  checkOptions(where, options, names);
  const settings = {
    beta1: checkFloat32(where, "beta1", options.beta1 ?? 0.9, 0, belowOne),
    beta2: checkFloat32(where, "beta2", options.beta2 ?? 0.999, 0, belowOne),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? 1e-8, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0),
    warmupSteps: checkInteger(where, "warmupSteps", options.warmupSteps ?? 0, 0),
    r: checkFloat32(where, "r", options.r ?? 0),
    weightLrPower: checkFloat32(where, "weightLrPower", options.weightLrPower ?? 2, 0),
  };
  const decay = decayOf(settings.weightDecay, commonSettings(where, options).decays);
  const common = { common: options };
  return new Optimizer(
    "scheduleFreeAdamW",
    options.learningRate ?? 0.0025,
    settings,
    scheduleFree(settings, decay),
    common,
  );
}

type Settings = Readonly<
  Record<"beta1" | "beta2" | "epsilon" | "weightDecay" | "warmupSteps" | "r" | "weightLrPower", number>
>;
/**
 * The parameter is x, and the slot `ahead` is z - x, which is 0 at the beginning: so x may be set from outside at any time.
 */
function scheduleFree(settings: Settings, decay: ReturnType<typeof decayOf>): GraphRule {
  const { beta1, beta2, epsilon } = settings;
  const evaluated = ({ parameter, slots }: Pick<RuleInput, "parameter" | "slots">) =>
    ops.add(parameter, ops.mul(slots.ahead as SymbolicTensor, 1 - beta1));
  return {
    slots: ["meanSquare", "ahead"],
    numbers: ["weightSum", "largestRate"],
    lookAhead: evaluated,
    updateNumbers({ numbers, learningRate, step }) {
      const rate = rateOf(learningRate, step, settings);
      const largestRate = ops.maximum(numbers.largestRate as SymbolicTensor, rate);
      const weight = weightOf(largestRate, step, settings);
      return { largestRate, weightSum: ops.add(numbers.weightSum as SymbolicTensor, weight) };
    },
    update(input) {
      const { parameter, gradient, slots, numbers, learningRate, step, variable } = input;
      const meanSquare = ops.add(
        ops.mul(slots.meanSquare as SymbolicTensor, beta2),
        ops.mul(ops.square(gradient), 1 - beta2),
      );
      const size = ops.sqrt(ops.div(meanSquare, correction(beta2, step)));
      const normalized = ops.div(gradient, ops.add(size, epsilon));
      const weightDecay = decay(variable);
      const direction = weightDecay === 0 ? normalized : ops.add(normalized, ops.mul(evaluated(input), weightDecay));
      const rate = rateOf(learningRate, step, settings);
      const ahead = ops.sub(slots.ahead as SymbolicTensor, ops.mul(direction, rate));
      const weight = weightOf(numbers.largestRate as SymbolicTensor, step, settings);
      const change = ops.mul(ahead, ratio(weight, numbers.weightSum as SymbolicTensor));
      return { parameter: ops.add(parameter, change), slots: { meanSquare, ahead: ops.sub(ahead, change) } };
    },
  };
}

/** The learning rate with warm-up. */
function rateOf(learningRate: SymbolicTensor, step: SymbolicTensor, { warmupSteps }: Settings): SymbolicTensor {
  return warmupSteps === 0 ? learningRate : ops.mul(learningRate, ops.minimum(ops.div(step, warmupSteps), 1));
}

/** The weight of an update in the average. */
function weightOf(largestRate: SymbolicTensor, step: SymbolicTensor, { r, weightLrPower }: Settings): SymbolicTensor {
  const byRate = ops.pow(largestRate, weightLrPower);
  return r === 0 ? byRate : ops.mul(byRate, ops.pow(step, r));
}

/** x / y, and 0 for y = 0: with a learning rate of 0 nothing moves. */
function ratio(x: SymbolicTensor, y: SymbolicTensor): SymbolicTensor {
  return ops.where(y, ops.div(x, ops.where(y, y, 1)), 0);
}
