// The samplers, by name and as functions.

import { describeValue, explain, unknownName } from "../../errors.js";
import { gp } from "./gp.js";
import { grid } from "./grid.js";
import { quasiRandom } from "./quasi-random.js";
import { random } from "./random.js";
import type { Sampler } from "./sampler.js";
import { tpe } from "./tpe.js";

export type { GpOptions } from "./gp.js";
export { gp } from "./gp.js";
export type { GridOptions } from "./grid.js";
export { grid } from "./grid.js";
export { quasiRandom } from "./quasi-random.js";
export { random } from "./random.js";
export type { Proposal, Sampler, SamplerContext } from "./sampler.js";
export type { TpeOptions } from "./tpe.js";
export { tpe } from "./tpe.js";

const byName = { grid, random, quasiRandom, tpe, gp };

export type SamplerName = keyof typeof byName;

/** A sampler from its name or itself. */
export function resolveSampler(where: string, given: unknown): Sampler {
  if (typeof given === "string") {
    if (Object.hasOwn(byName, given)) return byName[given as SamplerName]();
    throw unknownName(`${where}: sampler`, given, Object.keys(byName));
  }
  if (typeof given === "object" && given !== null && "suggest" in given) return given as Sampler;
  const remedy = 'Give a name such as "tpe", or samplers.tpe().';
  throw new TypeError(explain(where, "sampler must be a name or a sampler", describeValue(given), remedy));
}
