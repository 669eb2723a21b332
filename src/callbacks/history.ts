// The record of trainings as a callback.

import type { Callback } from "./callback.js";

/** What `callbacks.history()` gives. */
export interface HistoryCallback extends Callback {
  /** The numbers of the epochs, of all trainings one behind the other. */
  readonly epoch: number[];
  /** Results by name, one number an epoch in which there was one. */
  readonly history: Record<string, number[]>;
}

/**
 * Keeps the results of every epoch, also of several calls of `fit`; `fit` returns those of its own epochs in any case. Follows
 * keras.callbacks.History.
 *
 * @example
 * const record = callbacks.history();
 * await net.fit(x, y, { epochs: 5, callbacks: [record] });
 * record.history.loss;
 */
export function history(): HistoryCallback {
  const epochs: number[] = [];
  const results: Record<string, number[]> = {};
  return {
    epoch: epochs,
    history: results,
    onEpochEnd(epoch, logs) {
      epochs.push(epoch);
      for (const [name, value] of Object.entries(logs)) {
        results[name] ??= [];
        results[name].push(value);
      }
    },
  };
}
