// A study: its trials, the best of them, and pictures of them.

import { explain } from "../errors.js";
import type { ParameterValue } from "./distributions.js";
import type { Ledger } from "./ledger.js";
import { type Direction, loss, resultOf, type TrialResult } from "./records.js";

/** The best trial. */
export interface BestTrial {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly value: number;
  readonly number: number;
}

/** What `tune` found. Follows optuna.study.Study. */
export class Study {
  readonly name: string;
  readonly direction: Direction;
  readonly #ledger: Ledger;

  /** For `tune`, which makes the studies. */
  constructor(name: string, direction: Direction, ledger: Ledger) {
    this.name = name;
    this.direction = direction;
    this.#ledger = ledger;
  }

  /** All trials by number, those that failed or were pruned too. */
  get trials(): TrialResult[] {
    return this.#ledger.records.map(resultOf);
  }

  /**
   * The complete trial with the best value.
   *
   * @throws RangeError when no trial is complete; it tells why the first one failed.
   */
  get best(): BestTrial {
    let best: BestTrial | undefined;
    for (const { state, number, params, value } of this.trials) {
      if (state !== "complete" || value === null) continue;
      if (best === undefined || loss(this.direction, value) < loss(this.direction, best.value))
        best = { params, value, number };
    }
    if (best !== undefined) return best;
    const { trials } = this;
    const reason = trials.find((trial) => trial.reason !== null);
    const received = `${trials.length} trials, none of them complete`;
    const remedy = reason === undefined ? "" : `Trial ${reason.number} failed: ${reason.reason}`;
    throw new RangeError(explain(`study "${this.name}"`, "expected a complete trial", received, remedy));
  }

  /** What JSON.stringify writes. */
  toJSON(): { name: string; direction: Direction; trials: TrialResult[] } {
    return { name: this.name, direction: this.direction, trials: this.trials };
  }
}
