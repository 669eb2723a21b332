// What a sampler is: it chooses the values of a trial's parameters, by what the trials before came to.

import type { RandomStream, Seed } from "../../random/philox.js";
import type { Distribution } from "../distributions.js";
import type { Direction, TrialRecord } from "../records.js";

/** What a sampler may look at. */
export interface SamplerContext {
  /** The trial whose parameters are chosen, with those that it has already. */
  readonly trial: TrialRecord;
  /** All others of the study, those that still run too, by number. */
  readonly trials: readonly TrialRecord[];
  readonly direction: Direction;
  /** Numbers that depend on the study's seed and the trial's number alone. */
  readonly random: RandomStream;
  /** The study's seed, for what all trials share. */
  readonly seed: Seed;
}

/** A parameter chosen together with others: it is used when the objective asks for the same distribution. */
export interface Proposal {
  readonly distribution: Distribution;
  readonly internal: number;
}

/** Chooses parameters. Numbers are internal ones: see distributions.ts. */
export interface Sampler {
  readonly name: string;
  /** Several parameters at once, before the objective asks for the first. */
  propose?(context: SamplerContext): ReadonlyMap<string, Proposal>;
  /** One parameter that was not proposed. */
  suggest(context: SamplerContext, name: string, distribution: Distribution): number;
  /** True when there is nothing left to try. */
  exhausted?(trials: readonly TrialRecord[]): boolean;
}
