// What a pruner is: it ends trials that are not worth going on, by what they reported so far.

import type { Direction, TrialRecord } from "../records.js";

export interface PrunerContext {
  /** The trial that asks, with its reports. */
  readonly trial: TrialRecord;
  /** All others of the study, by number. */
  readonly trials: readonly TrialRecord[];
  readonly direction: Direction;
}

export interface Pruner {
  readonly name: string;
  /** True when the trial should end; called after it has reported something. */
  shouldPrune(context: PrunerContext): boolean;
}
