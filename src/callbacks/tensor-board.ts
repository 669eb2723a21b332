// Writes results and weights for TensorBoard.

import { checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import type { EventValue } from "../files/tensorboard/events.js";
import { validationName } from "../naming.js";
import type { Callback, CallbackModel, Logs } from "./callback.js";
import { fileOutput } from "./file-output.js";

export interface TensorBoardOptions {
  /** The folder; the events of training and validation go to `train` and `validation` in it. Default "logs". */
  logDir?: string;
  /** Histograms of the weights after every so many epochs; default 0: none. */
  histogramFreq?: number;
  /** "epoch" (default); "batch" or a number: also the results of the epoch so far after every batch, or after so many. */
  updateFreq?: "epoch" | "batch" | number;
  /** Anywhere: called with the path of a file and the bytes to add to its end, instead of writing to files. */
  write?: (path: string, bytes: Uint8Array) => void;
}

type Events = typeof import("../files/tensorboard/events.js");

/**
 * Writes event files that TensorBoard shows (`tensorboard --logdir logs`): scalars `epoch_loss` and `epoch_<metric>` for training
 * and validation, `epoch_learning_rate`, `batch_loss` and `batch_<metric>` over the steps, and histograms
 * `<weight>/histogram`. Follows keras.callbacks.TensorBoard, without graphs, images, profiles and embeddings. Needs `fit`: `fitSync` refuses
 * it, since the encoder is loaded when it is first used.
 *
 * @throws TypeError or RangeError for options that are none; TypeError without `write` where there are no files.
 * @example
 * await net.fit(x, y, { epochs: 10, callbacks: [callbacks.tensorBoard({ logDir: "logs/first", histogramFreq: 1 })] });
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback {
  const where = "callbacks.tensorBoard";
  checkOptions(where, options, ["logDir", "histogramFreq", "updateFreq", "write"]);
  const { logDir = "logs", updateFreq = "epoch" } = options;
  if (typeof logDir !== "string" || logDir === "") {
    throw new TypeError(explain(where, "logDir must be a path", describeValue(logDir)));
  }
  if (options.write !== undefined && typeof options.write !== "function") {
    throw new TypeError(explain(where, "write must be a function", describeValue(options.write)));
  }
  const histogramFreq = checkInteger(where, "histogramFreq", options.histogramFreq ?? 0, 0);
  const everyBatches = updateFreq === "batch" ? 1 : updateFreq;
  if (everyBatches !== "epoch") {
    checkInteger(where, `updateFreq is "epoch", "batch" or a number of batches: it`, everyBatches, 1);
  }
  const output = options.write === undefined ? fileOutput(where) : null;
  const write = options.write ?? ((path: string, bytes: Uint8Array) => output?.write(where, path, bytes, false));
  let events: Events | null = null;
  let model: CallbackModel | null = null;
  let files = new Map<string, string>();
  let steps = 0;

  const add = (run: "train" | "validation", step: number, values: readonly EventValue[]) => {
    if (events === null || values.length === 0) return;
    const time = Date.now() / 1000;
    let path = files.get(run);
    if (path === undefined) {
      // TensorBoard reads the files of a folder in the order of their names.
      const name = `events.out.tfevents.${Math.floor(time)}.feedforward.${Math.random().toString(36).slice(2, 10)}.v2`;
      path = `${logDir}/${run}/${name}`;
      files.set(run, path);
      write(path, events.encodeVersion(time));
    }
    write(path, events.encodeSummary(time, step, values));
  };
  const scalars = (prefix: string, logs: Logs): EventValue[] => {
    return Object.entries(logs).map(([name, value]) => ({ tag: `${prefix}_${name}`, value }));
  };

  const callback: Callback = {
    setModel(target) {
      model = target;
    },
    async onTrainBegin() {
      events ??= await import("../files/tensorboard/events.js");
      files = new Map();
    },
    onEpochEnd(epoch, logs) {
      const [training, validation] = separate(logs);
      const rate = model?.optimizer?.learningRate;
      const values = scalars("epoch", training);
      if (typeof rate === "number") values.push({ tag: "epoch_learning_rate", value: rate });
      add("train", epoch, values);
      add("validation", epoch, scalars("epoch", validation));
      if (histogramFreq === 0 || epoch % histogramFreq !== 0) return;
      const counted = (model?.getWeights() ?? []).map(({ name, data }) => {
        return { tag: `${name}/histogram`, value: (events as Events).countValues(data) };
      });
      add("train", epoch, counted);
    },
  };
  if (everyBatches === "epoch") return callback;
  return {
    ...callback,
    onBatchEnd(_batch, logs) {
      if (steps % everyBatches === 0) add("train", steps, scalars("batch", logs));
      steps++;
    },
  };
}

/** The results of the training, and those of the validation under the same names. */
function separate(logs: Logs): [training: Logs, validation: Logs] {
  const [training, validation]: [Logs, Logs] = [{}, {}];
  const names = Object.keys(logs);
  for (const name of names) {
    const original = names.find((other) => validationName(other) === name);
    if (original === undefined) training[name] = logs[name] as number;
    else validation[original] = logs[name] as number;
  }
  return [training, validation];
}
