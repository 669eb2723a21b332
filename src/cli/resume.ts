// Trainings that were stopped: a backup beside the model, from which `--resume` goes on bit for bit.

import { rm, stat } from "node:fs/promises";
import { AbortError, type Callback, loadModel, type Model } from "../node.js";

/** What must be the same for a training to go on as if it had not been stopped. */
export type TrainingKey = Readonly<Record<string, unknown>>;

// A crash loses no more than about so many milliseconds.
const interval = 60_000;

/** The name of the backup of a model. */
export function backupOf(out: string): string {
  return `${out}.backup`;
}

/** A callback that keeps the backup now and then, and does so once more when the training is stopped. */
export class Resumable {
  readonly #path: string;
  readonly #where = "train";
  #restore: (() => Promise<unknown>) | null = null;
  #keep: (() => Promise<void>) | null = null;
  #last = performance.now();
  /** True when there is a backup to go on from. */
  readonly resumes: boolean;

  constructor(path: string, resumes: boolean) {
    this.#path = path;
    this.resumes = resumes;
  }

  readonly callback: Callback = {
    setTraining: ({ backups }) => {
      if (backups === null) return;
      this.#restore = () => backups.restore(this.#where, this.#path);
      this.#keep = () => backups.keep(this.#where, this.#path);
    },
    onTrainBegin: async () => {
      if (this.resumes) await this.#restore?.();
    },
    onEpochEnd: async () => {
      if (performance.now() - this.#last < interval) return;
      await this.#keep?.();
      this.#last = performance.now();
    },
  };
  /** Runs the training; stopped, it says how to go on. */
  async run<T>(train: () => Promise<T>): Promise<T> {
    try {
      const result = await train();
      await rm(this.#path, { force: true });
      return result;
    } catch (error) {
      if (!(error instanceof AbortError) || this.#keep === null) throw error;
      await this.#keep();
      throw new AbortError(`${error.message} The same command with --resume goes on.`);
    }
  }
}

/** Checks that the backup is there, and of this training. */
export async function checkBackup(path: string, key: TrainingKey): Promise<void> {
  if ((await stat(path).catch(() => null)) === null) {
    const remedy = "A training that Ctrl-C stops leaves one.";
    throw new RangeError(`train, --resume: expected a training to go on with at ${path}, received none. ${remedy}`);
  }
  using kept: Model = await loadModel(path);
  const known = (kept.metadata.training ?? {}) as TrainingKey;
  for (const [name, value] of Object.entries(key)) {
    const [now, before] = [JSON.stringify(value), JSON.stringify(known[name])];
    if (now === before) continue;
    throw new RangeError(
      `train, --resume: expected ${name} ${before ?? "none"} as in the training that was stopped, received ${now}.`,
    );
  }
}
