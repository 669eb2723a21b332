// Keeps a training on the disk, so that it goes on after a crash.

import { checkBoolean, checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import type { Callback } from "./callback.js";
import { makeFolder } from "./file-output.js";
import type { TrainingBackups } from "./running-training.js";

export interface BackupAndRestoreOptions {
  /** Where the backup is: a path in Node, whose folders are made as needed; `indexeddb://name` in browsers. */
  path: string;
  /** "epoch" (default), or after every so many batches. */
  saveFreq?: "epoch" | number;
  /** Remove the backup when the training has ended; default true. */
  deleteCheckpoint?: boolean;
}

/**
 * Saves model, optimizer, random numbers and the place in the training after each epoch, or after every `saveFreq` batches; the
 * next call of `fit` on a model of the same structure goes on from there. Killed at any moment and started again, a
 * training with the same data ends with the bits of one that was not interrupted; only the results of an epoch that was
 * interrupted are means over its remaining steps. What other callbacks remember (patience, best results) begins anew. Follows
 * keras.callbacks.BackupAndRestore, which has a folder, and begins an interrupted epoch again. Needs `fit`: `fitSync` refuses it.
 *
 * @throws TypeError without a path, and for optimizer lbfgs; FormatError for a backup that is damaged or of another model; Error
 * when it cannot be written.
 * @example
 * const backup = callbacks.backupAndRestore({ path: "backup.safetensors" });
 * await net.fit(x, y, { epochs: 100, callbacks: [backup] });
 */
export function backupAndRestore(options: BackupAndRestoreOptions): Callback {
  const where = "callbacks.backupAndRestore";
  checkOptions(where, options, ["path", "saveFreq", "deleteCheckpoint"]);
  const { path, saveFreq = "epoch" } = options;
  if (typeof path !== "string" || path === "") {
    throw new TypeError(explain(where, "path must be a string", describeValue(path)));
  }
  if (saveFreq !== "epoch") checkInteger(where, `saveFreq is "epoch" or a number of batches: it`, saveFreq, 1);
  const deletes = checkBoolean(where, "deleteCheckpoint", options.deleteCheckpoint ?? true);
  let backups: TrainingBackups | null = null;
  let batches = 0;
  const callback: Callback = {
    setTraining(training) {
      backups = training.backups;
      if (backups !== null) return;
      const remedy = "Choose another optimizer, or leave the callback out.";
      throw new TypeError(explain(where, "expected an optimizer that works in steps", "lbfgs", remedy));
    },
    async onTrainBegin() {
      batches = 0;
      makeFolder(where, path);
      await backups?.restore(where, path);
    },
    async onTrainEnd() {
      if (deletes) await backups?.remove(where, path);
    },
  };
  if (saveFreq === "epoch") return { ...callback, onEpochEnd: () => backups?.keep(where, path) };
  return {
    ...callback,
    onBatchEnd() {
      batches++;
      if (batches % saveFreq === 0) return backups?.keep(where, path);
    },
  };
}
