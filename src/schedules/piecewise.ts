// Schedules that are put together: constant pieces, and other schedules one after another.

import { checkNumber, checkOptions, explain } from "../errors.js";
import { tellCall } from "../naming.js";
import { checkList, checkRising, type LearningRate, type Schedule, savedRate, schedule } from "./schedule.js";

export interface PiecewiseOptions {
  /** The last step of each piece but the last, rising. */
  boundaries: readonly number[];
  /** The rate of each piece: one more than boundaries. */
  values: readonly number[];
}

/**
 * Constant pieces: `values[i]` up to and with step `boundaries[i]`, and the last value afterwards.
 * Follows keras.optimizers.schedules.PiecewiseConstantDecay.
 *
 * @throws RangeError when the boundaries do not rise, or there is not one value more than boundaries.
 * @example
 * schedules.piecewise({ boundaries: [10, 20], values: [1, 0.5, 0.1] })(11); // 0.5
 */
export function piecewise(options: PiecewiseOptions): Schedule {
  const where = "schedules.piecewise";
  checkOptions(where, options, ["boundaries", "values"]);
  const boundaries = checkRising(where, "boundaries", options.boundaries);
  const values = checkList(where, "values", options.values).map((value, i) =>
    checkNumber(where, `values[${i}]`, value, 0),
  );
  checkOneMore(where, "values", values.length, "boundaries", boundaries.length);
  return schedule("piecewise", { boundaries, values }, (n) => {
    const piece = boundaries.findIndex((boundary) => n <= boundary);
    return values[piece === -1 ? boundaries.length : piece] as number;
  });
}

export interface SequentialOptions {
  /** What follows each other; a number stands for a constant rate. */
  schedules: readonly LearningRate[];
  /** The step at which each schedule but the first begins, rising. */
  milestones: readonly number[];
}

/**
 * One schedule after another: each begins at its milestone and counts steps from there.
 * Follows torch.optim.lr_scheduler.SequentialLR.
 *
 * @throws RangeError when the milestones do not rise, or there is not one schedule more than milestones.
 * @example
 * schedules.sequential({
 *   schedules: [schedules.linear({ initialLearningRate: 0, endLearningRate: 1, decaySteps: 10 }), 1],
 *   milestones: [10],
 * })(5); // 0.5
 */
export function sequential(options: SequentialOptions): Schedule {
  const where = "schedules.sequential";
  checkOptions(where, options, ["schedules", "milestones"]);
  const milestones = checkRising(where, "milestones", options.milestones);
  const parts = checkList(where, "schedules", options.schedules).map((part, i) =>
    typeof part === "function" ? (part as Schedule) : checkNumber(where, `schedules[${i}]`, part, 0),
  );
  checkOneMore(where, "schedules", parts.length, "milestones", milestones.length);
  return schedule("sequential", { schedules: parts.map(savedRate), milestones }, (n) => {
    const index = milestones.filter((milestone) => milestone <= n).length;
    const part = parts[index] as LearningRate;
    return typeof part === "number" ? part : part(n - (milestones[index - 1] ?? 0));
  });
}

function checkOneMore(where: string, name: string, count: number, of: string, boundaries: number): void {
  if (count === boundaries + 1) return;
  throw new RangeError(explain(where, `${name} must be one more than ${of}, ${boundaries + 1}`, count));
}

tellCall(piecewise, "Call it: schedules.piecewise({ ... }).");
tellCall(sequential, "Call it: schedules.sequential({ ... }).");
