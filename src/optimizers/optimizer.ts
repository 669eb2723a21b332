// What an optimizer is: a name, its options, a learning rate, and which rule of the core it uses with which slots and parameters.
// It holds no state of a training: slots and the number of steps belong to the model.

import { checkNumber, describeValue, explain } from "../errors.js";
import type { OptimizerName } from "../program/ops.gen.js";
import type { LearningRate } from "../schedules/schedule.js";

/** The rule of the core that an optimizer compiles to. */
export interface OptimizerRule {
  readonly name: OptimizerName;
  /** The slots that are present, of those that the rule knows. */
  readonly slots: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** An update rule with its options. Made by `optimizers.adam()` and its siblings. */
export class Optimizer {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rule: OptimizerRule;
  /** True when `fit` computes the gradient over all rows unless a batch size is given. */
  readonly fullBatch: boolean;
  #learningRate: LearningRate;

  /** Use `optimizers.adam()` and its siblings. */
  constructor(
    name: string,
    learningRate: LearningRate,
    config: Readonly<Record<string, unknown>>,
    rule: OptimizerRule,
    fullBatch = false,
  ) {
    this.name = name;
    this.config = config;
    this.rule = rule;
    this.fullBatch = fullBatch;
    this.#learningRate = checkLearningRate(`optimizers.${name}`, learningRate);
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
    const value = rate(step);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const where = `optimizers.${this.name}`;
    throw new TypeError(explain(where, `the schedule must give a finite number at step ${step}`, describeValue(value)));
  }
}

function checkLearningRate(where: string, value: LearningRate): LearningRate {
  return typeof value === "function" ? value : checkNumber(where, "learningRate", value, 0);
}
