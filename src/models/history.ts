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
    for (const [name, value] of Object.entries(logs)) {
      const values = this.history[name];
      if (values === undefined) this.history[name] = [value];
      else values.push(value);
    }
  }
}
