// Schedules that end at a given step: polynomial, linear and cosine, the latter with a warm-up.

import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../errors.js";
import { tellCall } from "../naming.js";
import { type Schedule, schedule } from "./schedule.js";

export interface PolynomialOptions {
  initialLearningRate: number;
  decaySteps: number;
  /** Default 0.0001. */
  endLearningRate?: number;
  /** 1 is linear; default 1. */
  power?: number;
  /** Start again, with longer and longer periods, instead of staying at the end; default false. */
  cycle?: boolean;
}

/**
 * Polynomial decay: `rate(step) = (initial - end) * (1 - step / decaySteps) ^ power + end`, and `end` afterwards.
 * Follows keras.optimizers.schedules.PolynomialDecay.
 *
 * @example
 * schedules.polynomial({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 })(5); // 0.5
 */
export function polynomial(options: PolynomialOptions): Schedule {
  const where = "schedules.polynomial";
  checkOptions(where, options, ["initialLearningRate", "decaySteps", "endLearningRate", "power", "cycle"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const decaySteps = checkInteger(where, "decaySteps", options.decaySteps, 1);
  const end = checkNumber(where, "endLearningRate", options.endLearningRate ?? 1e-4, 0);
  const power = checkNumber(where, "power", options.power ?? 1, 0);
  const cycle = checkBoolean(where, "cycle", options.cycle ?? false);
  const rate = (n: number): number => {
    const steps = cycle ? decaySteps * Math.max(1, Math.ceil(n / decaySteps)) : decaySteps;
    return (initial - end) * (1 - Math.min(n, steps) / steps) ** power + end;
  };
  const config = { initialLearningRate: initial, decaySteps, endLearningRate: end, power, cycle };
  return schedule("polynomial", config, rate);
}

export interface LinearOptions {
  initialLearningRate: number;
  /** Default 0. */
  endLearningRate?: number;
  decaySteps: number;
}

/**
 * A straight line, up or down: `rate(step) = initial + (end - initial) * step / decaySteps`, and `end` afterwards.
 * Follows torch.optim.lr_scheduler.LinearLR, with rates in the place of factors.
 *
 * @example
 * schedules.linear({ initialLearningRate: 1, decaySteps: 10 })(5); // 0.5
 */
export function linear(options: LinearOptions): Schedule {
  const where = "schedules.linear";
  checkOptions(where, options, ["initialLearningRate", "endLearningRate", "decaySteps"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const end = checkNumber(where, "endLearningRate", options.endLearningRate ?? 0, 0);
  const decaySteps = checkInteger(where, "decaySteps", options.decaySteps, 1);
  const config = { initialLearningRate: initial, endLearningRate: end, decaySteps };
  return schedule("linear", config, (n) => initial + (end - initial) * (Math.min(n, decaySteps) / decaySteps));
}

export interface CosineOptions {
  initialLearningRate: number;
  decaySteps: number;
  /** The last rate as a fraction of the highest one; default 0. */
  alpha?: number;
  /** The rate after the warm-up; default null: there is none, whatever `warmupSteps` says, as in Keras. */
  warmupTarget?: number | null;
  /** Steps of linear warm-up from `initialLearningRate` to `warmupTarget`; default 0. */
  warmupSteps?: number;
}

/**
 * Cosine decay with an optional linear warm-up. After the warm-up, with `n` counted from its end,
 * `rate = top * ((1 - alpha) * (1 + cos(pi n / decaySteps)) / 2 + alpha)`, and `top * alpha` afterwards.
 * Follows keras.optimizers.schedules.CosineDecay.
 *
 * @example
 * schedules.cosine({ initialLearningRate: 1, decaySteps: 10 })(5); // 0.5
 */
export function cosine(options: CosineOptions): Schedule {
  const where = "schedules.cosine";
  checkOptions(where, options, ["initialLearningRate", "decaySteps", "alpha", "warmupTarget", "warmupSteps"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const decaySteps = checkInteger(where, "decaySteps", options.decaySteps, 1);
  const alpha = checkNumber(where, "alpha", options.alpha ?? 0, 0, 1);
  const warmupSteps = checkInteger(where, "warmupSteps", options.warmupSteps ?? 0, 0);
  const target = options.warmupTarget ?? null;
  const top = target === null ? initial : checkNumber(where, "warmupTarget", target, 0);
  const begin = target === null ? 0 : warmupSteps;
  const rate = (n: number): number => {
    if (n < begin) return initial + ((top - initial) * n) / begin;
    const part = Math.min(n - begin, decaySteps) / decaySteps;
    return top * (((1 - alpha) * (1 + Math.cos(Math.PI * part))) / 2 + alpha);
  };
  const config = { initialLearningRate: initial, decaySteps, alpha, warmupTarget: target, warmupSteps };
  return schedule("cosine", config, rate);
}

tellCall(polynomial, "Call it: schedules.polynomial({ ... }).");
tellCall(linear, "Call it: schedules.linear({ ... }).");
tellCall(cosine, "Call it: schedules.cosine({ ... }).");
