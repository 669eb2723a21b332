// Cosine decay that starts again: SGDR.

import { checkInteger, checkNumber, checkOptions } from "../errors.js";
import { tellCall } from "../naming.js";
import { type Schedule, schedule } from "./schedule.js";

export interface CosineRestartsOptions {
  initialLearningRate: number;
  /** Steps of the first period. */
  firstDecaySteps: number;
  /** Each period is longer than the one before by this factor, at least 1; default 2. */
  tMul?: number;
  /** Each period begins with the rate of the one before times this factor; default 1. */
  mMul?: number;
  /** The last rate of a period as a fraction of `initialLearningRate`; default 0. */
  alpha?: number;
}

/**
 * Cosine decay with warm restarts (Loshchilov and Hutter 2017). At part `x` in [0, 1) of period `i`, counted from 0,
 * `rate = initialLearningRate * ((1 - alpha) * mMul^i * (1 + cos(pi x)) / 2 + alpha)`.
 * Follows keras.optimizers.schedules.CosineDecayRestarts.
 *
 * @throws RangeError for options outside their range.
 * @example
 * schedules.cosineRestarts({ initialLearningRate: 1, firstDecaySteps: 10 })(20); // 0.5: the middle of steps 10 ... 30
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const where = "schedules.cosineRestarts";
  checkOptions(where, options, ["initialLearningRate", "firstDecaySteps", "tMul", "mMul", "alpha"]);
  const initial = checkNumber(where, "initialLearningRate", options.initialLearningRate, 0);
  const firstDecaySteps = checkInteger(where, "firstDecaySteps", options.firstDecaySteps, 1);
  const tMul = checkNumber(where, "tMul", options.tMul ?? 2, 1);
  const mMul = checkNumber(where, "mMul", options.mMul ?? 1, 0);
  const alpha = checkNumber(where, "alpha", options.alpha ?? 0, 0, 1);
  const config = { initialLearningRate: initial, firstDecaySteps, tMul, mMul, alpha };
  return schedule("cosineRestarts", config, (n) => {
    const { period, part } = placeIn(n / firstDecaySteps, tMul);
    return initial * (((1 - alpha) * mMul ** period * (1 + Math.cos(Math.PI * part))) / 2 + alpha);
  });
}

/** The period in which the time lies, and how much of it has passed. Time is measured in first periods. */
function placeIn(time: number, factor: number): { period: number; part: number } {
  if (factor === 1) return { period: Math.floor(time), part: time % 1 };
  let length = 1;
  let rest = time;
  let period = 0;
  for (; rest >= length; length *= factor) {
    rest -= length;
    period++;
  }
  return { period, part: rest / length };
}

tellCall(cosineRestarts, "Call it: schedules.cosineRestarts({ ... }).");
