// How much each parameter matters.

import { RandomStream } from "../random/philox.js";
import { compatible, type Distribution, toUnit } from "./distributions.js";
import { growForest, type Tree } from "./forest.js";
import { commonSpace, type TrialRecord } from "./records.js";

const treeCount = 64;

/**
 * The shares of the value's variance that each parameter explains alone, over the whole space, as a random forest has learnt it; they
 * add up to 1. Follows Hutter et al., "An Efficient Approach for Assessing Hyperparameter Importance" (fANOVA, ICML 2014), and
 * optuna.importance.FanovaImportanceEvaluator. Parameters that only some trials have are left out.
 */
export function importances(complete: readonly TrialRecord[]): [name: string, share: number][] {
  const finite = complete.filter(({ value }) => value !== null && Number.isFinite(value));
  const space = unionSpace(finite);
  const names = [...space.keys()];
  if (names.length === 0) return [];
  const points = finite.map(({ parameters }) =>
    Float64Array.from([...space], ([name, distribution]) =>
      toUnit(distribution, parameters.get(name)?.internal as number),
    ),
  );
  const values = Float64Array.from(finite, ({ value }) => value as number);
  const random = new RandomStream([0x66616e6f, 0x7661]);
  const forest = growForest(points, values, treeCount, random);
  const shares = names.map((_, axis) => forest.reduce((sum, tree) => sum + explained(tree, axis), 0) / forest.length);
  const total = shares.reduce((a, b) => a + b, 0);
  return names
    .map((name, i): [string, number] => [name, total > 0 ? (shares[i] as number) / total : 0])
    .sort(([, a], [, b]) => b - a);
}

/** The parameters of all trials, each over the range of all of them. */
export function unionSpace(trials: readonly TrialRecord[]): Map<string, Distribution> {
  const space = commonSpace(trials, compatible);
  for (const name of space.keys()) {
    for (const { parameters } of trials) {
      const other = parameters.get(name)?.distribution;
      if (other !== undefined) space.set(name, union(space.get(name) as Distribution, other));
    }
  }
  return space;
}

export function union(a: Distribution, b: Distribution): Distribution {
  if (a.kind === "categorical" || b.kind === "categorical") return a;
  return { ...a, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** The share of a tree's variance that is the variance of its means along one axis. */
function explained(tree: Tree, axis: number): number {
  const edges = [...new Set(tree.flatMap(({ low, high }) => [low[axis] as number, high[axis] as number]))].sort(
    (a, b) => a - b,
  );
  const volumes = tree.map(({ low, high }) =>
    low.reduce((product, from, j) => product * ((high[j] as number) - from), 1),
  );
  const mean = tree.reduce((sum, { value }, i) => sum + value * (volumes[i] as number), 0);
  const variance = tree.reduce((sum, { value }, i) => sum + (value - mean) ** 2 * (volumes[i] as number), 0);
  if (!(variance > 0)) return 0;
  let own = 0;
  for (let k = 0; k + 1 < edges.length; k++) {
    const [from, to] = [edges[k] as number, edges[k + 1] as number];
    let here = 0;
    for (const [i, { low, high, value }] of tree.entries()) {
      const [start, end] = [low[axis] as number, high[axis] as number];
      // What the leaf takes of the plane across the axis.
      if (start <= from && end >= to) here += (value * (volumes[i] as number)) / (end - start);
    }
    own += (to - from) * (here - mean) ** 2;
  }
  return own / variance;
}
