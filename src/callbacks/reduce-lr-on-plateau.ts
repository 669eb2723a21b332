// Makes the learning rate smaller when a result does not get better.

import { checkFloat32, checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import type { Callback, CallbackModel } from "./callback.js";
import { readRate, writeRate } from "./learning-rate.js";
import { Monitor, type MonitorMode } from "./monitor.js";
import { checkVerbose, type Verbose } from "./verbose.js";

export interface ReduceLROnPlateauOptions {
  /** The result to watch; default "valLoss". */
  monitor?: string;
  /** What the learning rate is multiplied with, in (0, 1); default 0.1. */
  factor?: number;
  /** Epochs without improvement after which it becomes smaller; default 10. */
  patience?: number;
  /** "min" when less is better, "max" when more is; "auto" (default) decides by the name: accuracies are maximised. */
  mode?: MonitorMode;
  /** Only a change by more than this counts as an improvement; default 1e-4. */
  minDelta?: number;
  /** Epochs after a reduction that do not count; default 0. */
  cooldown?: number;
  /** The rate does not become smaller than this; default 0. */
  minLr?: number;
  /** 1 writes a line to the console at each reduction; default 0. */
  verbose?: Verbose;
}

const names = ["monitor", "factor", "patience", "mode", "minDelta", "cooldown", "minLr", "verbose"];

/**
 * Multiplies the learning rate by `factor` when a result has not improved for `patience` epochs. The history gets a column
 * `learningRate`, the rate with which the epoch was trained. Follows keras.callbacks.ReduceLROnPlateau.
 *
 * @throws RangeError for options out of range, and during `fit` when the watched result does not exist; TypeError for an optimizer
 * that has a schedule of its own.
 * @example
 * const plateau = callbacks.reduceLROnPlateau({ monitor: "valLoss", factor: 0.2, patience: 5, minLr: 1e-5 });
 * await net.fit(x, y, { epochs: 100, validationSplit: 0.1, callbacks: [plateau] });
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const where = "callbacks.reduceLROnPlateau";
  checkOptions(where, options, names);
  const monitor = new Monitor(where, options.monitor ?? "valLoss", options.mode ?? "auto", options.minDelta ?? 1e-4);
  const factor = checkNumber(where, "factor", options.factor ?? 0.1, Number.MIN_VALUE);
  if (factor >= 1) throw new RangeError(explain(where, "factor must be below 1", describeValue(factor)));
  const patience = checkInteger(where, "patience", options.patience ?? 10, 0);
  const cooldown = checkInteger(where, "cooldown", options.cooldown ?? 0, 0);
  const minLr = checkFloat32(where, "minLr", options.minLr ?? 0, 0);
  const say = checkVerbose(where, options.verbose);
  let model: CallbackModel | null = null;
  let best = monitor.worst;
  let waited = 0;
  let cooling = 0;
  return {
    setParams: (parameters) => monitor.setParams(parameters),
    setModel(target) {
      model = target;
    },
    onTrainBegin() {
      best = monitor.worst;
      waited = 0;
      cooling = 0;
      readRate(where, model);
    },
    onEpochEnd(epoch, logs) {
      const value = monitor.read(epoch, logs);
      const rate = readRate(where, model);
      logs.learningRate = rate;
      if (value === undefined) return;
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (monitor.better(value, best)) {
        best = value;
        waited = 0;
        return;
      }
      if (cooling > 0) return;
      waited++;
      if (waited < patience || rate <= minLr) return;
      const reduced = Math.max(rate * factor, minLr);
      writeRate(model, reduced);
      say(() => `Epoch ${epoch + 1}: reducing learning rate to ${reduced}.`);
      cooling = cooldown;
      waited = 0;
    },
  };
}
