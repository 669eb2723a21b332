// The tree-structured Parzen estimator.

import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../../errors.js";
import { countValues, type Distribution, sameDistribution, type Space } from "../distributions.js";
import { ParzenEstimator } from "../parzen.js";
import { commonSpace, type Direction, lastStep, loss, observed, type TrialRecord } from "../records.js";
import { random } from "./random.js";
import type { Sampler, SamplerContext } from "./sampler.js";

export interface TpeOptions {
  /** Trials with random parameters before the first estimate; default 10. */
  startupTrials?: number;
  /** How many candidates are compared; default 24. */
  candidates?: number;
  /** How many of n finished trials count as good; default min(ceil(n / 10), 25). */
  gamma?: (trials: number) => number;
  /** How much the prior counts beside one trial; default 1. */
  priorWeight?: number;
  /** Choose the parameters that all trials have together, so that what belongs together is found; default true. */
  multivariate?: boolean;
}

/**
 * Two densities of the parameters, of the good trials and of the others: the candidate from the first at which their quotient is
 * largest is taken. Trials that still run count as others, so that parallel ones do not meet; pruned ones come behind the complete
 * ones, by the steps that they reached. Follows Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (NIPS 2011), with the
 * kernels and defaults of optuna.samplers.TPESampler (version 5: `multivariate` is on).
 *
 * @example
 * const study = await tune(objective, { sampler: samplers.tpe({ startupTrials: 5 }), trials: 30 });
 */
export function tpe(options: TpeOptions = {}): Sampler {
  const where = "samplers.tpe";
  checkOptions(where, options, ["startupTrials", "candidates", "gamma", "priorWeight", "multivariate"]);
  const startupTrials = checkInteger(where, "startupTrials", options.startupTrials ?? 10, 1);
  const candidates = checkInteger(where, "candidates", options.candidates ?? 24, 1, 10_000);
  const gamma = options.gamma ?? ((trials: number) => Math.min(Math.ceil(trials / 10), 25));
  const priorWeight = checkNumber(where, "priorWeight", options.priorWeight ?? 1, Number.MIN_VALUE);
  const multivariate = checkBoolean(where, "multivariate", options.multivariate ?? true);
  const fallback = random();

  const choose = (context: SamplerContext, space: Space): ReadonlyMap<string, number> => {
    const { trials, direction } = context;
    const known = trials.filter(({ state }) => state !== "failed");
    const finished = known.filter(isFinished);
    const count = checkInteger(where, "what gamma gives", gamma(finished.length), 0);
    const good = new Set(rank(finished, direction).slice(0, count));
    const below = estimator(
      space,
      known.filter((trial) => good.has(trial)),
      priorWeight,
    );
    const above = estimator(
      space,
      known.filter((trial) => !good.has(trial)),
      priorWeight,
    );
    let best = below.sample(context.random);
    let bestScore = below.logDensity(best) - above.logDensity(best);
    for (let i = 1; i < candidates; i++) {
      const point = below.sample(context.random);
      const score = below.logDensity(point) - above.logDensity(point);
      if (score > bestScore) [best, bestScore] = [point, score];
    }
    return best;
  };
  return {
    name: "tpe",
    propose(context) {
      const finished = context.trials.filter(isFinished);
      if (!multivariate || finished.length < startupTrials) return new Map();
      const space = new Map([...commonSpace(finished, sameDistribution)].filter(([, one]) => countValues(one) > 1));
      if (space.size === 0) return new Map();
      const chosen = choose(context, space);
      return new Map(
        [...space].map(
          ([name, distribution]) => [name, { distribution, internal: chosen.get(name) as number }] as const,
        ),
      );
    },
    suggest(context, name, distribution) {
      if (context.trials.filter(isFinished).length < startupTrials) {
        return fallback.suggest(context, name, distribution);
      }
      return choose(context, new Map([[name, distribution]])).get(name) as number;
    },
  };
}

function isFinished({ state }: TrialRecord): boolean {
  return state === "complete" || state === "pruned";
}

/** Complete trials by their values, then pruned ones by the steps that they reached and what they reported last. */
function rank(finished: readonly TrialRecord[], direction: Direction): TrialRecord[] {
  const complete = finished.filter(({ state }) => state === "complete");
  const pruned = finished.filter(({ state }) => state === "pruned");
  const byValue = (a: TrialRecord, b: TrialRecord) => order(lossOf(a, direction), lossOf(b, direction));
  const reached = (trial: TrialRecord) => lastStep(trial) ?? -1;
  return [...complete.sort(byValue), ...pruned.sort((a, b) => reached(b) - reached(a) || byValue(a, b))];
}

/** Of a trial without a value, or with NaN: the worst. */
function lossOf({ value }: TrialRecord, direction: Direction): number {
  const given = value === null ? Number.NaN : loss(direction, value);
  return Number.isNaN(given) ? Number.POSITIVE_INFINITY : given;
}

/** Infinities are equal to themselves, which a difference would not tell. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Of the trials that have all of the parameters. */
function estimator(space: Space, trials: readonly TrialRecord[], priorWeight: number): ParzenEstimator {
  const rows = trials.flatMap((trial) => {
    const row = [...space].map(([name, distribution]: [string, Distribution]) => observed(trial, name, distribution));
    return row.every((value) => value !== undefined) ? [row as number[]] : [];
  });
  const columns = [...space.keys()].map((name, j) => [name, rows.map((row) => row[j] as number)] as const);
  return new ParzenEstimator(space, new Map(columns), priorWeight);
}
