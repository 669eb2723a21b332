// Asynchronous successive halving.

import { checkInteger, checkOptions, explain } from "../../errors.js";
import { lastStep, loss, type TrialRecord } from "../records.js";
import type { Pruner } from "./pruner.js";

export interface SuccessiveHalvingOptions {
  /** The step of the first rung; "auto" (default): a hundredth of the longest complete trial's steps, at least 1. */
  minResource?: number | "auto";
  /** Of so many trials at a rung one goes on, to a rung so many times as far; default 4. */
  reductionFactor?: number;
  /** How many rungs are left out at the beginning; default 0. */
  minEarlyStoppingRate?: number;
}

/**
 * Trials are compared at rungs, the steps minResource * reductionFactor^k: a trial goes on when it is among the best 1 /
 * reductionFactor of those that have come there so far. Follows Li et al., "A System for Massively Parallel Hyperparameter Tuning"
 * (ASHA, 2020), and optuna.pruners.SuccessiveHalvingPruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.successiveHalving({ minResource: 1, reductionFactor: 3 }) });
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner {
  const where = "pruners.successiveHalving";
  checkOptions(where, options, ["minResource", "reductionFactor", "minEarlyStoppingRate"]);
  const reductionFactor = checkInteger(where, "reductionFactor", options.reductionFactor ?? 4, 2);
  const skipped = checkInteger(where, "minEarlyStoppingRate", options.minEarlyStoppingRate ?? 0, 0);
  const minResource = checkResource(where, "minResource", options.minResource ?? "auto");
  return {
    name: "successiveHalving",
    shouldPrune({ trial, trials, direction }) {
      const step = lastStep(trial);
      const first = minResource === "auto" ? estimate(trials) : minResource;
      if (step === undefined || first === undefined) return false;
      for (let rung = first * reductionFactor ** skipped; rung <= step; rung *= reductionFactor) {
        const reached = reportAt(trial, rung);
        // Each rung is decided once, by the report that reaches it.
        if (reached === undefined || reached.step !== step) continue;
        if (Number.isNaN(reached.value)) return true;
        const own = loss(direction, reached.value);
        const others = trials
          .map((other) => reportAt(other, rung)?.value ?? Number.NaN)
          .filter((value) => !Number.isNaN(value))
          .map((value) => loss(direction, value));
        const places = Math.max(1, Math.floor((others.length + 1) / reductionFactor));
        if (others.filter((value) => value < own).length >= places) return true;
      }
      return false;
    },
  };
}

/** "auto" or a positive integer. */
export function checkResource(where: string, name: string, value: unknown): number | "auto" {
  if (value === "auto") return value;
  if (typeof value === "string") {
    throw new RangeError(explain(where, `${name} must be "auto" or a positive integer`, JSON.stringify(value)));
  }
  return checkInteger(where, name, value, 1);
}

/** What the trial reported at the rung, or first after it. */
function reportAt({ reports }: TrialRecord, rung: number): { step: number; value: number } | undefined {
  let found: { step: number; value: number } | undefined;
  for (const [step, value] of reports)
    if (step >= rung && step < (found?.step ?? Number.POSITIVE_INFINITY)) found = { step, value };
  return found;
}

function estimate(trials: readonly TrialRecord[]): number | undefined {
  const steps = trials.filter(({ state }) => state === "complete").map((trial) => lastStep(trial) ?? -1);
  const longest = Math.max(-1, ...steps);
  return longest < 0 ? undefined : Math.max(1, Math.floor(longest / 100));
}
