// Stops a training that does not get better.

import { checkInteger, checkNumber, checkOptions, explain, unknownName } from "../errors.js";
import type { WeightValues } from "../layers/weight-values.js";
import type { Callback, CallbackModel, Logs } from "./callback.js";

export interface EarlyStoppingOptions {
  /** The result to watch; default "valLoss". */
  monitor?: string;
  /** The smallest change that counts as an improvement; default 0. */
  minDelta?: number;
  /** Epochs without improvement after which to stop; default 0. */
  patience?: number;
  /** "min" when less is better, "max" when more is; "auto" (default) decides by the name: accuracies are maximised. */
  mode?: "auto" | "min" | "max";
  /** The result must get better than this; default none. */
  baseline?: number;
  /** Set the weights back to those of the best epoch at the end; default false. */
  restoreBestWeights?: boolean;
  /** Epochs to wait before watching; default 0. */
  startFromEpoch?: number;
}

const optionNames = ["monitor", "minDelta", "patience", "mode", "baseline", "restoreBestWeights", "startFromEpoch"];
const modes = ["auto", "min", "max"] as const;

/**
 * Ends the training when a result has not improved for `patience` epochs. Follows keras.callbacks.EarlyStopping.
 *
 * @throws RangeError during `fit` when the watched result does not exist.
 * @example
 * await net.fit(x, y, { validationSplit: 0.1, callbacks: [callbacks.earlyStopping({ patience: 3, restoreBestWeights: true })] });
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const where = "callbacks.earlyStopping";
  checkOptions(where, options, optionNames);
  const monitor = options.monitor ?? "valLoss";
  const mode = options.mode ?? "auto";
  if (!modes.includes(mode)) throw unknownName(where, mode, modes);
  const minDelta = Math.abs(checkNumber(where, "minDelta", options.minDelta ?? 0));
  const patience = checkInteger(where, "patience", options.patience ?? 0, 0);
  const startFromEpoch = checkInteger(where, "startFromEpoch", options.startFromEpoch ?? 0, 0);
  const sign =
    mode === "max" ||
    (mode === "auto" && /acc|auc|f1|fBeta|precision|recall|r2|mcc|matthews|kappa|true(Pos|Neg)/i.test(monitor))
      ? -1
      : 1;
  const restore = options.restoreBestWeights ?? false;
  const { baseline } = options;
  if (baseline !== undefined) checkNumber(where, "baseline", baseline);
  let model: CallbackModel | null = null;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  let bestWeights: WeightValues[] | null = null;
  return {
    setModel(target) {
      model = target;
    },
    onTrainBegin() {
      best = Number.POSITIVE_INFINITY;
      waited = 0;
      bestWeights = null;
    },
    onEpochEnd(epoch: number, logs: Logs) {
      if (epoch < startFromEpoch) return;
      const value = logs[monitor];
      if (value === undefined) {
        const remedy = monitor.startsWith("val") ? "Give fit validationData or validationSplit." : "";
        const available = Object.keys(logs).join(", ");
        throw new RangeError(explain(where, `monitor must be one of ${available}`, JSON.stringify(monitor), remedy));
      }
      // The first epoch's weights are kept even when nothing ever improves on infinity, e.g. for a NaN.
      if (restore && bestWeights === null) bestWeights = model?.getWeights() ?? null;
      waited++;
      if (sign * value < best - minDelta) {
        best = sign * value;
        if (restore) bestWeights = model?.getWeights() ?? null;
        if (baseline === undefined || sign * value < sign * baseline - minDelta) waited = 0;
        return;
      }
      if (waited >= patience && epoch > 0 && model !== null) model.stopTraining = true;
    },
    onTrainEnd() {
      if (bestWeights !== null) model?.setWeights(bestWeights);
    },
  };
}
