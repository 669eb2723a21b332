// Quasi-random search.

import { deriveSeed } from "../../random/philox.js";
import { fromUnit } from "../distributions.js";
import { Halton } from "../halton.js";
import type { Sampler, SamplerContext } from "./sampler.js";

/**
 * Points of a scrambled Halton sequence: as random search, but without gaps and clusters. The trial's number is the number of the
 * point, so that trials that run at the same time do not meet. Follows optuna.samplers.QMCSampler, which takes Sobol's sequence.
 *
 * @example
 * const study = await tune(objective, { sampler: samplers.quasiRandom(), trials: 30 });
 */
export function quasiRandom(): Sampler {
  let sequence: { readonly key: string; readonly points: Halton } | undefined;
  return {
    name: "quasiRandom",
    suggest(context, name, distribution) {
      const key = context.seed.join();
      if (sequence?.key !== key) sequence = { key, points: new Halton(deriveSeed(context.seed, 0x9c)) };
      return fromUnit(distribution, sequence.points.at(context.trial.number, dimensionOf(context, name)));
    },
  };
}

/** Parameters are numbered in the order in which trials first asked for them. */
function dimensionOf({ trials, trial }: SamplerContext, name: string): number {
  const names = new Set<string>();
  const ordered = [...trials.filter(({ number }) => number < trial.number), trial];
  for (const { parameters } of ordered) for (const known of parameters.keys()) names.add(known);
  names.add(name);
  return [...names].indexOf(name);
}
