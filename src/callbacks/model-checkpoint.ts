// Saves the model during the training.

import { checkBoolean, checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import type { Callback, CallbackModel, FitParameters, HookResult, Logs } from "./callback.js";
import { makeFolder } from "./file-output.js";
import { checkTemplate, fillTemplate } from "./file-template.js";
import { Monitor, type MonitorMode } from "./monitor.js";
import { checkVerbose, type Verbose } from "./verbose.js";

export interface ModelCheckpointOptions {
  /**
   * Where to save; folders are made as needed. Results may stand in it: `{epoch:02d}` (from 1), `{batch}` and what the logs hold, e.g. `{valLoss:.2f}`.
   * Without results each save takes the place of the one before.
   */
  filepath: string;
  /** The result to watch; default "valLoss". */
  monitor?: string;
  /** Save only when the watched result is better than ever; default false. */
  saveBestOnly?: boolean;
  /** Save the weights alone, without structure and optimizer; default false. */
  saveWeightsOnly?: boolean;
  /** "min" when less is better, "max" when more is; "auto" (default) decides by the name: accuracies are maximised. */
  mode?: MonitorMode;
  /** "epoch" (default), or after every so many batches. */
  saveFreq?: "epoch" | number;
  /** What the first result must be better than; default none. */
  initialValueThreshold?: number;
  /** How to save, instead of `model.save(path)`, which needs Node for a path: for example to a server. */
  save?: (path: string, model: CallbackModel) => HookResult;
  /** 1 writes a line to the console at each save; default 0. */
  verbose?: Verbose;
}

const names = [
  "filepath",
  "monitor",
  "saveBestOnly",
  "saveWeightsOnly",
  "mode",
  "saveFreq",
  "initialValueThreshold",
  "save",
  "verbose",
];

/**
 * Saves the model after each epoch, or after every `saveFreq` batches; with `saveBestOnly` when the watched result is better than at
 * every save before. Follows keras.callbacks.ModelCheckpoint.
 *
 * @throws TypeError or RangeError for options that are none; during `fit` RangeError for a result that does not exist.
 * @example
 * const checkpoint = callbacks.modelCheckpoint({ filepath: "best.safetensors", saveBestOnly: true });
 * await net.fit(x, y, { epochs: 10, validationSplit: 0.1, callbacks: [checkpoint] });
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const where = "callbacks.modelCheckpoint";
  checkOptions(where, options, names);
  const { filepath, saveFreq = "epoch", initialValueThreshold } = options;
  if (typeof filepath !== "string" || filepath === "") {
    throw new TypeError(explain(where, "filepath must be a string", describeValue(filepath)));
  }
  checkTemplate(where, filepath);
  const bestOnly = checkBoolean(where, "saveBestOnly", options.saveBestOnly ?? false);
  const weightsOnly = checkBoolean(where, "saveWeightsOnly", options.saveWeightsOnly ?? false);
  if (saveFreq !== "epoch") checkInteger(where, `saveFreq is "epoch" or a number of batches: it`, saveFreq, 1);
  if (initialValueThreshold !== undefined) checkNumber(where, "initialValueThreshold", initialValueThreshold);
  if (options.save !== undefined && typeof options.save !== "function") {
    throw new TypeError(explain(where, "save must be a function", describeValue(options.save)));
  }
  const monitor = new Monitor(where, options.monitor ?? "valLoss", options.mode ?? "auto");
  const say = checkVerbose(where, options.verbose);
  const write = options.save ?? ((path, target) => saveTo(where, path, target, weightsOnly));
  let model: CallbackModel | null = null;
  let best = initialValueThreshold ?? monitor.worst;
  let currentEpoch = 0;
  let batches = 0;

  const save = (epoch: number, batch: number | null, logs: Logs): HookResult => {
    const value = bestOnly ? monitor.read(epoch, logs) : undefined;
    if (bestOnly && (value === undefined || !monitor.better(value, best))) return;
    const values = { epoch: epoch + 1, ...(batch !== null && { batch: batch + 1 }), ...logs };
    const path = fillTemplate(where, filepath, values);
    if (model === null) return;
    const saved = write(path, model);
    if (value !== undefined) best = value;
    say(() => `Epoch ${epoch + 1}: saving model to ${path}`);
    return saved;
  };

  const callback: Callback = {
    setParams: (parameters: FitParameters) => monitor.setParams(parameters),
    setModel(target) {
      model = target;
    },
    onEpochBegin(epoch) {
      currentEpoch = epoch;
    },
  };
  if (saveFreq === "epoch") return { ...callback, onEpochEnd: (epoch, logs) => save(epoch, null, logs) };
  return {
    ...callback,
    onBatchEnd(batch, logs) {
      batches++;
      if (batches % saveFreq === 0) return save(currentEpoch, batch, logs);
    },
  };
}

async function saveTo(where: string, path: string, model: CallbackModel, weightsOnly: boolean): Promise<void> {
  const method = weightsOnly ? "saveWeights" : "save";
  if (model[method] === undefined)
    throw new TypeError(explain(where, `expected a model with ${method}`, "one without"));
  makeFolder(where, path);
  await model[method](path);
}
