// Schedules that rise before they fall: one cycle, and cycles that repeat. They follow torch.optim.lr_scheduler.

import { checkBoolean, checkInteger, checkNumber, checkOptions, unknownName } from "../errors.js";
import { tellCall } from "../naming.js";
import { type Schedule, schedule } from "./schedule.js";

const anneals = {
  cos: (from: number, to: number, part: number): number => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part)),
  linear: (from: number, to: number, part: number): number => from + (to - from) * part,
} as const;

export interface OneCycleOptions {
  /** The highest rate. */
  maxLearningRate: number;
  /** Steps of the whole cycle. */
  totalSteps: number;
  /** The part of the cycle in which the rate rises, in [0, 1]; default 0.3. */
  pctStart?: number;
  /** The form of rise and fall; default "cos". */
  annealStrategy?: "cos" | "linear";
  /** The first rate is `maxLearningRate / divFactor`; default 25. */
  divFactor?: number;
  /** The last rate is the first one divided by this; default 10000. */
  finalDivFactor?: number;
  /** Fall to the first rate as fast as it rose, and only then to the last one; default false. */
  threePhase?: boolean;
}

/**
 * One cycle (Smith and Topin 2018): from `maxLearningRate / divFactor` up to `maxLearningRate` in `pctStart` of the steps,
 * then down to `maxLearningRate / divFactor / finalDivFactor`, where it stays.
 * Follows torch.optim.lr_scheduler.OneCycleLR, which may cycle the momentum, too; here it stays as it is.
 *
 * @throws RangeError for options outside their range.
 * @example
 * schedules.oneCycle({ maxLearningRate: 1, totalSteps: 100 })(29); // 1
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const where = "schedules.oneCycle";
  const names = ["maxLearningRate", "totalSteps", "pctStart", "annealStrategy", "divFactor", "finalDivFactor"];
  checkOptions(where, options, [...names, "threePhase"]);
  const top = checkNumber(where, "maxLearningRate", options.maxLearningRate, 0);
  const totalSteps = checkInteger(where, "totalSteps", options.totalSteps, 1);
  const pctStart = checkNumber(where, "pctStart", options.pctStart ?? 0.3, 0, 1);
  const annealStrategy = options.annealStrategy ?? "cos";
  if (!Object.hasOwn(anneals, annealStrategy)) throw unknownName(where, annealStrategy, Object.keys(anneals));
  const divFactor = checkNumber(where, "divFactor", options.divFactor ?? 25, Number.MIN_VALUE);
  const finalDivFactor = checkNumber(where, "finalDivFactor", options.finalDivFactor ?? 1e4, Number.MIN_VALUE);
  const threePhase = checkBoolean(where, "threePhase", options.threePhase ?? false);
  const config = { maxLearningRate: top, totalSteps, pctStart, annealStrategy, divFactor, finalDivFactor, threePhase };
  const first = top / divFactor;
  const last = first / finalDivFactor;
  const peak = pctStart * totalSteps - 1;
  const end = totalSteps - 1;
  const phases = threePhase
    ? [
        { end: peak, from: first, to: top },
        { end: 2 * peak, from: top, to: first },
        { end, from: first, to: last },
      ]
    : [
        { end: peak, from: first, to: top },
        { end, from: top, to: last },
      ];
  const anneal = anneals[annealStrategy];
  return schedule("oneCycle", config, (n) => {
    const step = Math.min(n, end);
    let begin = 0;
    for (const phase of phases) {
      if (step <= phase.end) return anneal(phase.from, phase.to, (step - begin) / (phase.end - begin || 1));
      begin = phase.end;
    }
    return last;
  });
}

export interface CyclicOptions {
  /** The lowest rate. */
  baseLearningRate: number;
  /** The highest rate of the first cycle. */
  maxLearningRate: number;
  /** Steps in which the rate rises; default 2000. */
  stepSizeUp?: number;
  /** Steps in which it falls; default `stepSizeUp`. */
  stepSizeDown?: number | null;
  /** "triangular": all cycles alike. "triangular2": each half as high. "expRange": the height times `gamma ^ step`. Default "triangular". */
  mode?: "triangular" | "triangular2" | "expRange";
  /** For "expRange"; default 1. */
  gamma?: number;
}

const heights = {
  triangular: () => 1,
  triangular2: (cycle: number) => 2 ** -cycle,
  expRange: (_: number, step: number, gamma: number) => gamma ** step,
} as const;

/**
 * Cycles between two rates (Smith 2017): up in `stepSizeUp` steps, down in `stepSizeDown`, and again.
 * Follows torch.optim.lr_scheduler.CyclicLR without its cycles of the momentum.
 *
 * @throws RangeError for options outside their range.
 * @example
 * schedules.cyclic({ baseLearningRate: 0, maxLearningRate: 1, stepSizeUp: 10 })(15); // 0.5
 */
export function cyclic(options: CyclicOptions): Schedule {
  const where = "schedules.cyclic";
  const names = ["baseLearningRate", "maxLearningRate", "stepSizeUp", "stepSizeDown", "mode", "gamma"];
  checkOptions(where, options, names);
  const base = checkNumber(where, "baseLearningRate", options.baseLearningRate, 0);
  const top = checkNumber(where, "maxLearningRate", options.maxLearningRate, 0);
  const up = checkInteger(where, "stepSizeUp", options.stepSizeUp ?? 2000, 1);
  const down = checkInteger(where, "stepSizeDown", options.stepSizeDown ?? up, 1);
  const mode = options.mode ?? "triangular";
  if (!Object.hasOwn(heights, mode)) throw unknownName(where, mode, Object.keys(heights));
  const gamma = checkNumber(where, "gamma", options.gamma ?? 1, 0);
  const config = { baseLearningRate: base, maxLearningRate: top, stepSizeUp: up, stepSizeDown: down, mode, gamma };
  return schedule("cyclic", config, (n) => {
    const cycle = Math.floor(n / (up + down));
    const place = n % (up + down);
    const part = place <= up ? place / up : (up + down - place) / down;
    return base + (top - base) * part * heights[mode](cycle, n, gamma);
  });
}

tellCall(oneCycle, "Call it: schedules.oneCycle({ ... }).");
tellCall(cyclic, "Call it: schedules.cyclic({ ... }).");
