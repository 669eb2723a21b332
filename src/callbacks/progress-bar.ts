// The progress of a training as a callback, for those who want it elsewhere than on the standard output.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { Callback } from "./callback.js";
import { Progress, type ProgressWriter } from "./progress.js";

export interface ProgressBarOptions {
  /** Where it goes: what has `write(text)`, as the streams of Node. Default the standard output, in a browser the console. */
  writer?: ProgressWriter;
  /** 1 (default) a bar on a terminal and lines elsewhere, 2 a line an epoch. */
  verbose?: 1 | 2;
}

/**
 * Shows epoch, steps, time to go, samples per second, loss and metrics: a bar that is redrawn ten times a second on a terminal, a line
 * an epoch elsewhere. `fit` does the same by itself with `verbose`: give `verbose: 0` along with this callback. Follows
 * keras.callbacks.ProgbarLogger.
 *
 * @throws TypeError for a writer without `write`.
 * @example
 * await net.fit(x, y, { epochs: 5, verbose: 0, callbacks: [callbacks.progressBar({ writer: process.stderr })] });
 */
export function progressBar(options: ProgressBarOptions = {}): Callback {
  const where = "callbacks.progressBar";
  checkOptions(where, options, ["writer", "verbose"]);
  const { writer, verbose = 1 } = options;
  if (verbose !== 1 && verbose !== 2) {
    throw new RangeError(explain(where, "verbose must be 1 or 2", describeValue(verbose)));
  }
  if (writer !== undefined && typeof writer?.write !== "function") {
    throw new TypeError(explain(where, "writer must have a method write", describeValue(writer)));
  }
  let progress = new Progress(0, undefined, 0);
  let last = { done: 0, rows: 0 };
  return {
    setParams({ epochs }) {
      progress = new Progress(verbose, writer, epochs);
    },
    onEpochBegin() {
      progress.beginEpoch();
      last = { done: 0, rows: 0 };
    },
    onProgress(state, logs) {
      progress.step(state, logs);
      last = state;
    },
    onEpochEnd(epoch, logs) {
      progress.endEpoch({ ...last, epoch }, logs);
    },
    onTrainEnd() {
      progress.close();
    },
  };
}
