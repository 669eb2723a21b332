// Grid search.

import { checkInteger, checkOptions, describeValue, explain } from "../../errors.js";
import { countValues, type Distribution, fromUnit, internalValue, type ParameterValue } from "../distributions.js";
import type { TrialRecord } from "../records.js";
import type { Sampler } from "./sampler.js";

export interface GridOptions {
  /** The values of parameters by name; default all that there are, and `points` of a range of any numbers. */
  values?: Readonly<Record<string, readonly ParameterValue[]>>;
  /** How many values of a range of any numbers are tried, evenly from low to high; default 5. */
  points?: number;
}

const most = 1000;

/**
 * Every combination once, the last parameter first; the study ends when none is left. Parameters that the objective asks for under
 * a condition are part of the combinations where they occur. Follows sklearn.model_selection.ParameterGrid, and
 * optuna.samplers.BruteForceSampler for conditions.
 *
 * @throws RangeError for values outside the range that the objective asks for, and for more than 1000 values of one parameter.
 * @example
 * samplers.grid({ values: { learningRate: [1e-3, 1e-2], units: [8, 16, 32] } });
 */
export function grid(options: GridOptions = {}): Sampler {
  const where = "samplers.grid";
  checkOptions(where, options, ["values", "points"]);
  const points = checkInteger(where, "points", options.points ?? 5, 2, most);
  const given = new Map(Object.entries(options.values ?? {}));
  for (const [name, list] of given) {
    if (Array.isArray(list) && list.length > 0) continue;
    const expectation = `values of "${name}" must be a list with at least one value`;
    throw new TypeError(explain(where, expectation, describeValue(list)));
  }
  const valuesOf = (name: string, distribution: Distribution) =>
    gridValues(where, name, distribution, given.get(name), points);

  /** True when every combination below the trials, which agree in the first `depth` parameters, was tried. */
  const tried = (trials: readonly TrialRecord[], depth: number): boolean => {
    const [first] = trials;
    if (first === undefined) return false;
    if (trials.some(({ parameters }) => parameters.size <= depth)) return true;
    const [name, { distribution }] = [...first.parameters][depth] as [string, { distribution: Distribution }];
    return valuesOf(name, distribution).every((value) => tried(having(trials, name, value), depth + 1));
  };
  return {
    name: "grid",
    suggest({ trials, trial }, name, distribution) {
      const depth = trial.parameters.size;
      const alike = [...trial.parameters].reduce(
        (left, [known, { internal }]) => having(left, known, internal),
        trials,
      );
      const values = valuesOf(name, distribution);
      const open = values.find((value) => !tried(having(alike, name, value), depth + 1));
      // Everything was tried or is under way: the one that was tried least.
      const count = (value: number) => having(alike, name, value).length;
      return open ?? values.reduce((best, value) => (count(value) < count(best) ? value : best));
    },
    exhausted: (trials) => tried(trials, 0),
  };
}

function having(trials: readonly TrialRecord[], name: string, internal: number): readonly TrialRecord[] {
  return trials.filter(({ parameters }) => parameters.get(name)?.internal === internal);
}

function gridValues(
  where: string,
  name: string,
  distribution: Distribution,
  given: readonly ParameterValue[] | undefined,
  points: number,
): readonly number[] {
  if (given !== undefined) {
    return given.map((value) => {
      const internal = internalValue(distribution, value);
      if (internal !== undefined) return internal;
      throw new RangeError(explain(where, `values of "${name}" must be in its range`, describeValue(value)));
    });
  }
  const count = countValues(distribution);
  if (count <= most) {
    if (distribution.kind === "categorical") return distribution.choices.map((_, i) => i);
    return Array.from({ length: count }, (_, i) => distribution.low + i * (distribution.step ?? 1));
  }
  if (Number.isFinite(count)) {
    const remedy = `Give steps, or values: samplers.grid({ values: { ${name}: [...] } }).`;
    throw new RangeError(explain(where, `expected at most ${most} values of "${name}"`, count, remedy));
  }
  return Array.from({ length: points }, (_, i) => fromUnit(distribution, i / (points - 1)));
}
