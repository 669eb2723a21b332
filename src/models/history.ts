// What `fit` returns: the results of every epoch.

import type { Logs } from "../callbacks/callback.js";
import type { LbfgsStop } from "../optimizers/lbfgs-search.js";
import { type CurveOptions, trainingCurves } from "./curves.js";

/** Results by name, one number an epoch: `loss`, metrics, `valLoss`, ... */
export interface HistoryValues {
  loss: number[];
  [name: string]: number[];
}

/** Why a search by L-BFGS ended before its last epoch. */
export interface SearchStop {
  /**
   * "gradient": no element of it is larger than the tolerance. "loss": it decreased by less than the tolerance. "lineSearch": no
   * step decreases it, which is where float32 ends. "maxEvaluations": as many evaluations as allowed.
   */
  readonly reason: LbfgsStop;
  /** False for "maxEvaluations". */
  readonly converged: boolean;
  /** Iterations that found a better point, and evaluations of the loss. */
  readonly iterations: number;
  readonly evaluations: number;
}

/** The record of a training. Follows keras.callbacks.History. */
export class History {
  /** The numbers of the epochs, from `initialEpoch` on. */
  readonly epoch: number[] = [];
  /** `history.history.loss[i]` belongs to `history.epoch[i]`. */
  readonly history: HistoryValues = { loss: [] };
  /** With `optimizers.lbfgs()`: why it ended early; null when it did not. */
  stop: SearchStop | null = null;
  /** What `fit` warned of. */
  readonly warnings: string[] = [];
  /** The epochs of each result: the validation may take part in every so-many-th one only. */
  readonly #epochs = new Map<string, number[]>();

  /** Adds the results of an epoch. */
  add(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.column(name).push(value);
      const epochs = this.#epochs.get(name) ?? [];
      epochs.push(epoch);
      this.#epochs.set(name, epochs);
    }
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

  /**
   * The training curves as SVG: a chart for each result, with that of the validation in the same one.
   *
   * @throws TypeError for unknown options; RangeError for sizes out of range and names that the history does not have.
   * @example
   * const svg = history.toSvg({ metrics: ["loss"], scale: "log" });
   */
  toSvg(options: CurveOptions = {}): string {
    const epochsOf = (name: string) => {
      const whole = this.history[name]?.length === this.epoch.length;
      return whole ? this.epoch : (this.#epochs.get(name) ?? this.epoch);
    };
    return trainingCurves(epochsOf, this.history, options);
  }
}
