// What an optimizer is: a name, its options, a learning rate, the rule that it uses, and what surrounds the rule.
// It holds no state of a training: slots and the number of steps belong to the model.

import { checkFloat32, describeValue, explain } from "../errors.js";
import type { CoreRule, GraphRule } from "../graph/compiled.js";
import { remedyOfCall } from "../naming.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, type CommonSettings, commonConfig, commonSettings } from "./common.js";

/** What an optimizer compiles to: a rule of the core, or one over the graph. */
export type OptimizerRule = CoreRule | GraphRule;

export interface OptimizerSettings {
  /** True when `fit` computes the gradient over all rows unless a batch size is given; default false. */
  readonly fullBatch?: boolean;
  /** The options that all optimizers have. */
  readonly common?: CommonOptions;
}

/** An update rule with its options. Made by `optimizers.adam()` and its siblings. */
export class Optimizer {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rule: OptimizerRule;
  readonly fullBatch: boolean;
  /** What surrounds the rule. */
  readonly common: CommonSettings;
  #learningRate: LearningRate;

  /** Use `optimizers.adam()` and its siblings. */
  constructor(
    name: string,
    learningRate: LearningRate,
    config: Readonly<Record<string, unknown>>,
    rule: OptimizerRule,
    { fullBatch = false, common = {} }: OptimizerSettings = {},
  ) {
    const where = `optimizers.${name}`;
    this.name = name;
    this.config = { ...config, ...commonConfig(common) };
    this.rule = rule;
    this.fullBatch = fullBatch;
    this.common = commonSettings(where, common);
    this.#learningRate = checkLearningRate(where, learningRate);
  }

  /** The learning rate, or the schedule that gives it. May be set at any time; the next step uses it. */
  get learningRate(): LearningRate {
    return this.#learningRate;
  }

  set learningRate(value: LearningRate) {
    this.#learningRate = checkLearningRate(`optimizers.${this.name}`, value);
  }

  /** The learning rate of the step with this number, counted from 0. */
  rateAt(step: number): number {
    const rate = this.#learningRate;
    if (typeof rate === "number") return rate;
    return checkFloat32(`optimizers.${this.name}`, `the learning rate of step ${step}`, rate(step), 0);
  }
}

function checkLearningRate(where: string, value: LearningRate): LearningRate {
  if (typeof value !== "function") return checkFloat32(where, "learningRate", value, 0);
  // A factory without its call is a function, too, but none of the step.
  const remedy = remedyOfCall(value);
  if (remedy === undefined) return value;
  throw new TypeError(explain(where, "learningRate must be a number or a schedule", describeValue(value), remedy));
}
