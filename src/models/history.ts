// What `fit` returns: the results of every epoch.

import type { Logs } from "../callbacks/callback.js";

/** Results by name, one number an epoch: `loss`, metrics, `valLoss`, ... */
export interface HistoryValues {
  loss: number[];
  [name: string]: number[];
}

/** The record of a training. Follows keras.callbacks.History. */
export class History {
  /** The numbers of the epochs, from `initialEpoch` on. */
  readonly epoch: number[] = [];
  /** `history.history.loss[i]` belongs to `history.epoch[i]`. */
  readonly history: HistoryValues = { loss: [] };

  /** Adds the results of an epoch. */
  add(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) this.column(name).push(value);
  }

  /** The list of one result, which is new at its first use. */
  column(name: string): number[] {
    let values = this.history[name];
    if (values === undefined) {
      values = [];
      this.history[name] = values;
    }
    return values;
  }

  /** The newest results by name. */
  last(): Logs {
    const logs: Logs = {};
    for (const [name, values] of Object.entries(this.history)) {
      const value = values.at(-1);
      if (value !== undefined) logs[name] = value;
    }
    return logs;
  }
}
