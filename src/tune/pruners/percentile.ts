// Pruners that compare a trial with the others at the same step.

import { quantileSorted } from "d3-array";
import { checkInteger, checkNumber, checkOptions } from "../../errors.js";
import { lastStep, loss } from "../records.js";
import type { Pruner } from "./pruner.js";

export interface MedianOptions {
  /** Complete trials before any is pruned; default 5. */
  startupTrials?: number;
  /** Steps before a trial is pruned; default 0. */
  warmupSteps?: number;
  /** Only at every so-many-th step; default 1. */
  intervalSteps?: number;
  /** Complete trials that must have reported the step; default 1. */
  minTrials?: number;
}

const optionNames = ["startupTrials", "warmupSteps", "intervalSteps", "minTrials"];

/**
 * Ends a trial whose best report so far is worse than the median of the complete trials' reports at the same step. Follows
 * optuna.pruners.MedianPruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.median({ warmupSteps: 5 }) });
 */
export function median(options: MedianOptions = {}): Pruner {
  return { ...compare("pruners.median", 50, options), name: "median" };
}

/**
 * Ends a trial whose best report so far is not among the best `percentile` per cent of the complete trials' reports at the same step.
 * Follows optuna.pruners.PercentilePruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.percentile(25) });
 */
export function percentile(best: number, options: MedianOptions = {}): Pruner {
  const where = "pruners.percentile";
  return { ...compare(where, checkNumber(where, "percentile", best, 0, 100), options), name: "percentile" };
}

function compare(where: string, percent: number, options: MedianOptions): Omit<Pruner, "name"> {
  checkOptions(where, options, optionNames);
  const startupTrials = checkInteger(where, "startupTrials", options.startupTrials ?? 5, 0);
  const warmupSteps = checkInteger(where, "warmupSteps", options.warmupSteps ?? 0, 0);
  const intervalSteps = checkInteger(where, "intervalSteps", options.intervalSteps ?? 1, 1);
  const minTrials = checkInteger(where, "minTrials", options.minTrials ?? 1, 1);
  return {
    shouldPrune({ trial, trials, direction }) {
      const complete = trials.filter(({ state }) => state === "complete");
      const step = lastStep(trial);
      if (step === undefined || step < warmupSteps || complete.length < Math.max(1, startupTrials)) return false;
      // The first report in each interval counts.
      const start = warmupSteps + Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps;
      if ([...trial.reports.keys()].some((other) => other >= start && other < step)) return false;
      const own = [...trial.reports.values()]
        .map((value) => loss(direction, value))
        .filter((value) => !Number.isNaN(value));
      if (own.length === 0) return true;
      const others = complete
        .map(({ reports }) => reports.get(step))
        .filter((value): value is number => value !== undefined && !Number.isNaN(value))
        .map((value) => loss(direction, value))
        .sort((a, b) => a - b);
      if (others.length < minTrials) return false;
      return Math.min(...own) > (quantileSorted(others, percent / 100) as number);
    },
  };
}
