// The pruners, by name and as functions.

import { describeValue, explain, unknownName } from "../../errors.js";
import { hyperband } from "./hyperband.js";
import { none } from "./patient.js";
import { median } from "./percentile.js";
import type { Pruner } from "./pruner.js";
import { successiveHalving } from "./successive-halving.js";

export type { HyperbandOptions } from "./hyperband.js";
export { hyperband } from "./hyperband.js";
export type { PatientOptions, ThresholdOptions } from "./patient.js";
export { none, patient, threshold } from "./patient.js";
export type { MedianOptions } from "./percentile.js";
export { median, percentile } from "./percentile.js";
export type { Pruner, PrunerContext } from "./pruner.js";
export type { SuccessiveHalvingOptions } from "./successive-halving.js";
export { successiveHalving } from "./successive-halving.js";

const byName = { none, median, successiveHalving, hyperband };

export type PrunerName = keyof typeof byName;

/** A pruner from its name or itself. */
export function resolvePruner(where: string, given: unknown): Pruner {
  if (typeof given === "string") {
    if (Object.hasOwn(byName, given)) return byName[given as PrunerName]();
    throw unknownName(`${where}: pruner`, given, Object.keys(byName));
  }
  if (typeof given === "object" && given !== null && "shouldPrune" in given) return given as Pruner;
  const remedy = 'Give a name such as "median", or pruners.median().';
  throw new TypeError(explain(where, "pruner must be a name or a pruner", describeValue(given), remedy));
}
