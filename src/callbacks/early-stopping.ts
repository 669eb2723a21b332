// Stops a training that does not get better.

import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../errors.js";
import type { WeightValues } from "../layers/weight-values.js";
import type { Callback, CallbackModel, Logs } from "./callback.js";
import { Monitor, type MonitorMode } from "./monitor.js";
import { checkVerbose, type Verbose } from "./verbose.js";

export interface EarlyStoppingOptions {
  /** The result to watch; default "valLoss". */
  monitor?: string;
  /** Only a change by more than this counts as an improvement; default 0. */
  minDelta?: number;
  /** Epochs without improvement after which to stop; default 0. */
  patience?: number;
  /** "min" when less is better, "max" when more is; "auto" (default) decides by the name: accuracies are maximised. */
  mode?: MonitorMode;
  /** The result must get better than this; default none. */
  baseline?: number;
  /** Set the weights back to those of the best epoch at the end; default false. */
  restoreBestWeights?: boolean;
  /** Epochs to wait before watching; default 0. */
  startFromEpoch?: number;
  /** 1 writes a line to the console when it stops; default 0. */
  verbose?: Verbose;
}

const optionNames = [
  "monitor",
  "minDelta",
  "patience",
  "mode",
  "baseline",
  "restoreBestWeights",
  "startFromEpoch",
  "verbose",
];

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
  const monitor = new Monitor(where, options.monitor ?? "valLoss", options.mode ?? "auto", options.minDelta);
  const patience = checkInteger(where, "patience", options.patience ?? 0, 0);
  const startFromEpoch = checkInteger(where, "startFromEpoch", options.startFromEpoch ?? 0, 0);
  const restore = checkBoolean(where, "restoreBestWeights", options.restoreBestWeights ?? false);
  const { baseline } = options;
  if (baseline !== undefined) checkNumber(where, "baseline", baseline);
  const say = checkVerbose(where, options.verbose);
  let model: CallbackModel | null = null;
  let best = monitor.worst;
  let bestEpoch = 0;
  let waited = 0;
  let bestWeights: WeightValues[] | null = null;
  return {
    setParams: (parameters) => monitor.setParams(parameters),
    setModel(target) {
      model = target;
    },
    onTrainBegin() {
      best = monitor.worst;
      waited = 0;
      bestWeights = null;
    },
    onEpochEnd(epoch: number, logs: Logs) {
      if (epoch < startFromEpoch) return;
      const value = monitor.read(epoch, logs);
      if (value === undefined) return;
      const keep = () => {
        if (restore) bestWeights = model?.getWeights() ?? null;
        bestEpoch = epoch;
      };
      // The first epoch's weights are kept even when nothing ever improves on infinity, e.g. for a NaN.
      if (bestWeights === null) keep();
      waited++;
      if (monitor.better(value, best)) {
        best = value;
        keep();
        if (baseline === undefined || monitor.better(value, baseline)) waited = 0;
        return;
      }
      if (waited < patience || epoch === 0 || model === null) return;
      model.stopTraining = true;
      say(() => `Epoch ${epoch + 1}: early stopping`);
    },
    onTrainEnd() {
      if (bestWeights === null) return;
      say(() => `Restoring model weights from the end of the best epoch: ${bestEpoch + 1}.`);
      model?.setWeights(bestWeights);
    },
  };
}
