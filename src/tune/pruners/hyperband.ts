// Hyperband: successive halving with several first rungs.

import { checkInteger, checkOptions, explain } from "../../errors.js";
import { philox } from "../../random/philox.js";
import { lastStep } from "../records.js";
import type { Pruner } from "./pruner.js";
import { checkResource, successiveHalving } from "./successive-halving.js";

export interface HyperbandOptions {
  /** The step of the first rung of the first bracket; default 1. */
  minResource?: number;
  /** The steps of a whole trial; "auto" (default): those of the longest complete one, and no pruning before there is one. */
  maxResource?: number | "auto";
  /** As in successiveHalving; default 3. */
  reductionFactor?: number;
}

/**
 * Trials are shared out to brackets, more to those that prune early; bracket b is successive halving whose first rung is minResource
 * * reductionFactor^b, among the trials of the bracket alone. There are floor(log(maxResource / minResource) / log(reductionFactor))
 * + 1. Follows Li et al., "Hyperband" (JMLR 2018), and optuna.pruners.HyperbandPruner.
 *
 * @example
 * const study = await tune(objective, { pruner: pruners.hyperband({ maxResource: 27 }) });
 */
export function hyperband(options: HyperbandOptions = {}): Pruner {
  const where = "pruners.hyperband";
  checkOptions(where, options, ["minResource", "maxResource", "reductionFactor"]);
  const minResource = checkInteger(where, "minResource", options.minResource ?? 1, 1);
  const reductionFactor = checkInteger(where, "reductionFactor", options.reductionFactor ?? 3, 2);
  const given = checkResource(where, "maxResource", options.maxResource ?? "auto");
  if (given !== "auto" && given < minResource) {
    throw new RangeError(explain(where, `maxResource must be at least minResource, ${minResource}`, given));
  }
  // Once found it stays: brackets that change would compare trials that never belonged together.
  let maxResource = given === "auto" ? undefined : given;
  return {
    name: "hyperband",
    shouldPrune(context) {
      if (maxResource === undefined) {
        const complete = context.trials.filter(({ state }) => state === "complete");
        const longest = Math.max(-1, ...complete.map((trial) => lastStep(trial) ?? -1));
        if (longest < 0) return false;
        maxResource = Math.max(minResource, longest + 1);
      }
      const count = Math.floor(Math.log(maxResource / minResource) / Math.log(reductionFactor) + 1e-9) + 1;
      const bracketOf = (number: number) => bracket(number, count, reductionFactor);
      const own = bracketOf(context.trial.number);
      const trials = context.trials.filter(({ number }) => bracketOf(number) === own);
      const halving = successiveHalving({ minResource, reductionFactor, minEarlyStoppingRate: own });
      return halving.shouldPrune({ ...context, trials });
    },
  };
}

/** Trials fall to brackets at random, but always to the same; the shares are those of Hyperband's first halvings. */
function bracket(number: number, count: number, reductionFactor: number): number {
  const shares = Array.from({ length: count }, (_, b) => {
    const rungs = count - 1 - b;
    return Math.ceil((count * reductionFactor ** rungs) / (rungs + 1));
  });
  const words = new Uint32Array(4);
  philox(words, 0, number, 0, 0, 0x6862, 0, 0);
  let left = (words[0] as number) % shares.reduce((a, b) => a + b, 0);
  let chosen = 0;
  while (left >= (shares[chosen] as number)) left -= shares[chosen++] as number;
  return chosen;
}
