// Bayesian optimization by a Gaussian process.

import { checkInteger, checkOptions } from "../../errors.js";
import { logExpectedImprovement, maximize } from "../acquisition.js";
import { countValues, type Distribution, fromUnit, sameDistribution, type Space, toUnit } from "../distributions.js";
import { GaussianProcess } from "../gaussian-process.js";
import { commonSpace, type Direction, loss, type TrialRecord } from "../records.js";
import type { Proposal, Sampler, SamplerContext } from "./sampler.js";
import { tpe } from "./tpe.js";

export interface GpOptions {
  /** Trials with random parameters before the first model; default 10. */
  startupTrials?: number;
}

// The work grows with the cube: 200 trials take about a second, and more hardly make the choice better.
const mostTrials = 200;

/**
 * A Gaussian process (Matern 5/2, a length for each parameter) models the value; the parameters with the largest logarithm of the
 * expected improvement are tried. It chooses the parameters that all complete trials have; those under a condition are chosen by
 * `samplers.tpe`. Follows Jones et al., "Efficient Global Optimization" (1998), and optuna.samplers.GPSampler. Of more than 200
 * trials the 100 best and the 100 newest others count.
 *
 * @example
 * const study = await tune(objective, { sampler: samplers.gp(), trials: 30 });
 */
export function gp(options: GpOptions = {}): Sampler {
  const where = "samplers.gp";
  checkOptions(where, options, ["startupTrials"]);
  const startupTrials = checkInteger(where, "startupTrials", options.startupTrials ?? 10, 2);
  const conditional = tpe({ startupTrials });
  return {
    name: "gp",
    propose(context) {
      const complete = context.trials.filter(({ state, value }) => state === "complete" && value !== null);
      if (complete.length < startupTrials) return new Map();
      const space = new Map([...commonSpace(complete, sameDistribution)].filter(([, one]) => countValues(one) > 1));
      return space.size === 0 ? new Map() : propose(context, space, complete);
    },
    suggest: (context, name, distribution) => conditional.suggest(context, name, distribution),
  };
}

function propose({ trials, direction, random }: SamplerContext, space: Space, complete: readonly TrialRecord[]) {
  const kept = limit(complete, direction);
  const distributions = [...space.values()];
  const points = kept.map((trial) => pointOf(trial, space));
  const values = standardize(kept.map(({ value }) => -loss(direction, value as number)));
  const process = new GaussianProcess(points, values, {
    categorical: distributions.map(({ kind }) => kind === "categorical"),
  });
  const running = trials.filter(
    ({ state, parameters }) => state === "running" && [...space.keys()].every((name) => parameters.has(name)),
  );
  process.believe(running.map((trial) => pointOf(trial, space)));
  const best = Math.max(...values);
  const order = points.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number));
  const incumbents = order.slice(0, 4).map((i) => points[i] as Float64Array);
  const score = (point: Float64Array) => logExpectedImprovement(process, point, best);
  const chosen = maximize(distributions, score, incumbents, random);
  return new Map(
    [...space].map(([name, distribution], j): [string, Proposal] => {
      return [name, { distribution, internal: fromUnit(distribution, chosen[j] as number) }];
    }),
  );
}

function pointOf({ parameters }: TrialRecord, space: Space): Float64Array {
  return Float64Array.from([...space], ([name, distribution]: [string, Distribution]) => {
    return toUnit(distribution, parameters.get(name)?.internal as number);
  });
}

/** The best and the newest. */
function limit(complete: readonly TrialRecord[], direction: Direction): readonly TrialRecord[] {
  if (complete.length <= mostTrials) return complete;
  const half = mostTrials / 2;
  const value = (trial: TrialRecord) => loss(direction, trial.value as number);
  const best = new Set([...complete].sort((a, b) => value(a) - value(b)).slice(0, half));
  const newest = complete.filter((trial) => !best.has(trial)).slice(-half);
  return [...best, ...newest];
}

/** With mean 0 and variance 1; infinite values become the largest or smallest finite one. */
function standardize(values: readonly number[]): Float64Array {
  const finite = values.filter(Number.isFinite);
  const [low, high] = finite.length === 0 ? [0, 0] : [Math.min(...finite), Math.max(...finite)];
  const clipped = Float64Array.from(values, (value) => Math.min(high, Math.max(low, value)));
  const mean = clipped.reduce((a, b) => a + b, 0) / clipped.length;
  const variance = clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / clipped.length;
  const deviation = Math.sqrt(variance) || 1;
  return clipped.map((value) => (value - mean) / deviation);
}
