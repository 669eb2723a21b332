// Patience around another pruner, limits of values, and no pruning at all.

import { checkInteger, checkNumber, checkOptions } from "../../errors.js";
import { loss } from "../records.js";
import type { Pruner } from "./pruner.js";

export interface PatientOptions {
  /** Reports without improvement before the other pruner is asked. */
  patience: number;
  /** Only a change by more than this counts as an improvement; default 0. */
  minDelta?: number;
}

/**
 * Asks another pruner only when a trial's last `patience` + 1 reports brought nothing better than those before; without another, it
 * ends the trial then. Follows optuna.pruners.PatientPruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.patient(pruners.median(), { patience: 3 }) });
 */
export function patient(pruner: Pruner | null, options: PatientOptions): Pruner {
  const where = "pruners.patient";
  checkOptions(where, options, ["patience", "minDelta"]);
  const patience = checkInteger(where, "patience", options.patience, 0);
  const minDelta = checkNumber(where, "minDelta", options.minDelta ?? 0, 0);
  return {
    name: "patient",
    shouldPrune(context) {
      const steps = [...context.trial.reports].sort(([a], [b]) => a - b);
      if (steps.length <= patience + 1) return false;
      const losses = steps.map(([, value]) => loss(context.direction, value));
      const best = (list: readonly number[]) => Math.min(...list.filter((value) => !Number.isNaN(value)));
      const before = best(losses.slice(0, -patience - 1));
      const after = best(losses.slice(-patience - 1));
      if (!(before + minDelta < after)) return false;
      return pruner === null || pruner.shouldPrune(context);
    },
  };
}

export interface ThresholdOptions {
  /** Reports below it end the trial; default none. */
  lower?: number;
  /** Reports above it end the trial; default none. */
  upper?: number;
}

/**
 * Ends a trial that reports NaN, or a value outside limits. Follows optuna.pruners.ThresholdPruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.threshold({ upper: 10 }) });
 */
export function threshold(options: ThresholdOptions = {}): Pruner {
  const where = "pruners.threshold";
  checkOptions(where, options, ["lower", "upper"]);
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options;
  if (options.lower !== undefined) checkNumber(where, "lower", lower);
  if (options.upper !== undefined) checkNumber(where, "upper", upper, options.lower);
  return {
    name: "threshold",
    shouldPrune: ({ trial }) => {
      const last = [...trial.reports.values()].at(-1) as number;
      return !(last >= lower && last <= upper);
    },
  };
}

/** Never ends a trial. Follows optuna.pruners.NopPruner. */
export function none(): Pruner {
  return { name: "none", shouldPrune: () => false };
}
