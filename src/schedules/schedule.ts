// Learning-rate schedules: functions from the number of the optimizer step (from 0) to a learning rate.
// They follow keras.optimizers.schedules; `step` and `multiStep` follow torch.optim.lr_scheduler with steps instead of epochs.

import { checkBoolean, checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import { named, type SavedThing, savedForm, tellCall } from "../naming.js";

/** A learning rate that depends on the number of optimizer steps taken. Any function of this form is a schedule. */
export type Schedule = (step: number) => number;

/** A number, or a function of the step. */
export type LearningRate = number | Schedule;

/** A schedule with the name and the options that it is saved by. */
export function schedule(name: string, config: object, rate: Schedule): Schedule & { readonly config: object } {
  return named(rate, name, { config });
}

/** How a learning rate is saved: a number, or the schedule. A function of users is saved by its name. */
export function savedRate(rate: LearningRate): number | SavedThing {
  if (typeof rate === "number") return rate;
  const { config } = rate as { readonly config?: Readonly<Record<string, unknown>> };
  const { name } = rate;
  if (config !== undefined) return savedForm("schedule", { name, config });
  return { kind: "schedule", name: name === "" ? "custom" : name, custom: true };
}

export interface ConstantOptions {
  learningRate: number;
}

/**
 * The same learning rate at every step: `rate(step) = learningRate`.
 *
 * @example
 * schedules.constant({ learningRate: 0.1 })(1000); // 0.1
 */
export function constant(options: ConstantOptions): Schedule {
  checkOptions("schedules.constant", options, ["learningRate"]);
  const rate = checkNumber("schedules.constant", "learningRate", options.learningRate, 0);
  return schedule("constant", { learningRate: rate }, () => rate);
}

export interface StepOptions {
  initialLearningRate: number;
  /** Steps between two drops. */
  stepSize: number;
  /** Factor of each drop; default 0.1. */
  gamma?: number;
}

/**
 * Drops by a factor at regular distances: `rate(step) = initialLearningRate * gamma ^ floor(step / stepSize)`.
 * Follows torch.optim.lr_scheduler.StepLR.
 *
 * @example
 * schedules.step({ initialLearningRate: 1, stepSize: 10 })(25); // 0.01
 */
export function step(options: StepOptions): Schedule {
  const where = "schedules.step";
  checkOptions(where, options, ["initialLearningRate", "stepSize", "gamma"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const size = checkInteger(where, "stepSize", options.stepSize, 1);
  const gamma = checkNumber(where, "gamma", options.gamma ?? 0.1, 0);
  const config = { initialLearningRate: initial, stepSize: size, gamma };
  return schedule("step", config, (n) => initial * gamma ** Math.floor(n / size));
}

export interface MultiStepOptions {
  initialLearningRate: number;
  /** Steps at which the rate drops, rising. */
  milestones: readonly number[];
  /** Factor of each drop; default 0.1. */
  gamma?: number;
}

/**
 * Drops by a factor at each milestone: `rate(step) = initialLearningRate * gamma ^ (number of milestones <= step)`.
 * Follows torch.optim.lr_scheduler.MultiStepLR.
 *
 * @example
 * schedules.multiStep({ initialLearningRate: 1, milestones: [10, 20] })(15); // 0.1
 */
export function multiStep(options: MultiStepOptions): Schedule {
  const where = "schedules.multiStep";
  checkOptions(where, options, ["initialLearningRate", "milestones", "gamma"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const gamma = checkNumber(where, "gamma", options.gamma ?? 0.1, 0);
  const milestones = checkRising(where, "milestones", options.milestones);
  const config = { initialLearningRate: initial, milestones, gamma };
  return schedule("multiStep", config, (n) => initial * gamma ** milestones.filter((m) => m <= n).length);
}

export interface ExponentialOptions {
  initialLearningRate: number;
  /** Steps in which the rate decays by `decayRate`. */
  decaySteps: number;
  decayRate: number;
  /** Decay in whole intervals; default false. */
  staircase?: boolean;
}

/**
 * Exponential decay: `rate(step) = initialLearningRate * decayRate ^ (step / decaySteps)`.
 * Follows keras.optimizers.schedules.ExponentialDecay.
 *
 * @example
 * schedules.exponential({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 })(20); // 0.25
 */
export function exponential(options: ExponentialOptions): Schedule {
  const where = "schedules.exponential";
  checkOptions(where, options, ["initialLearningRate", "decaySteps", "decayRate", "staircase"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const steps = checkInteger(where, "decaySteps", options.decaySteps, 1);
  const rate = checkNumber(where, "decayRate", options.decayRate, 0);
  const staircase = checkBoolean(where, "staircase", options.staircase ?? false);
  const config = { initialLearningRate: initial, decaySteps: steps, decayRate: rate, staircase };
  return schedule("exponential", config, (n) => initial * rate ** (staircase ? Math.floor(n / steps) : n / steps));
}

export interface InverseTimeOptions extends ExponentialOptions {}

/**
 * Inverse time decay: `rate(step) = initialLearningRate / (1 + decayRate * step / decaySteps)`.
 * Follows keras.optimizers.schedules.InverseTimeDecay.
 *
 * @example
 * schedules.inverseTime({ initialLearningRate: 1, decaySteps: 10, decayRate: 1 })(10); // 0.5
 */
export function inverseTime(options: InverseTimeOptions): Schedule {
  const where = "schedules.inverseTime";
  checkOptions(where, options, ["initialLearningRate", "decaySteps", "decayRate", "staircase"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const steps = checkInteger(where, "decaySteps", options.decaySteps, 1);
  const rate = checkNumber(where, "decayRate", options.decayRate, 0);
  const staircase = checkBoolean(where, "staircase", options.staircase ?? false);
  const config = { initialLearningRate: initial, decaySteps: steps, decayRate: rate, staircase };
  return schedule("inverseTime", config, (n) => initial / (1 + rate * (staircase ? Math.floor(n / steps) : n / steps)));
}

/** A copy of the list, if it is one. */
export function checkList(where: string, name: string, list: unknown): unknown[] {
  if (Array.isArray(list)) return [...(list as unknown[])];
  throw new TypeError(explain(where, `${name} must be an array`, describeValue(list)));
}

/** The list, if it consists of steps of which each is later than the one before. */
export function checkRising(where: string, name: string, list: unknown): number[] {
  const steps = checkList(where, name, list).map((step, i) => checkInteger(where, `${name}[${i}]`, step, 0));
  const falls = steps.some((step, i) => i > 0 && step <= (steps[i - 1] as number));
  if (falls) throw new RangeError(explain(where, `${name} must rise`, `[${steps.join(", ")}]`));
  return steps;
}

tellCall(constant, "Call it: schedules.constant({ ... }).");
tellCall(step, "Call it: schedules.step({ ... }).");
tellCall(multiStep, "Call it: schedules.multiStep({ ... }).");
tellCall(exponential, "Call it: schedules.exponential({ ... }).");
tellCall(inverseTime, "Call it: schedules.inverseTime({ ... }).");
