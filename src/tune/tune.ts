// Searches for the parameters of the best value.

import { checkInteger, checkNumber, checkOptions, describeValue, explain, unknownName } from "../errors.js";
import { seedFrom } from "../random/philox.js";
import type { ParameterValue } from "./distributions.js";
import { Ledger } from "./ledger.js";
import { type PrunerName, resolvePruner } from "./pruners/index.js";
import type { Pruner } from "./pruners/pruner.js";
import { type Direction, resultOf, type TrialResult } from "./records.js";
import { localExecutor, type Objective, runTrials } from "./run.js";
import { resolveSampler, type SamplerName } from "./samplers/index.js";
import type { Sampler } from "./samplers/sampler.js";
import { resolveStorage } from "./storage/access.js";
import type { Storage } from "./storage/storage.js";
import { Study } from "./study.js";
import { availableThreads, startWorkers } from "./workers.js";

export interface TuneOptions {
  /** How parameters are chosen: "tpe" (default), "gp", "random", "quasiRandom", "grid", or what `samplers` make. */
  sampler?: SamplerName | Sampler;
  /** What ends trials early: "none" (default), "median", "successiveHalving", "hyperband", or what `pruners` make. */
  pruner?: PrunerName | Pruner;
  /** How many trials the study shall have in all, those of a stored study too; default 100. */
  trials?: number;
  /** How many trials run at the same time; default 1. */
  parallel?: number;
  /** Default "minimize". */
  direction?: Direction;
  /** Of the sampler: the same seed, the same trials, as long as they run one after the other. Default a random one. */
  seed?: number;
  /** A file of SQLite, such as "study.db", or "postgresql://user@host/database"; default memory. Node only. */
  storage?: string | Storage;
  /** The study's name in its storage; default "study". */
  name?: string;
  /** No trial begins after so many seconds; those that run are finished. */
  timeout?: number;
  /** Stops the search, with an AbortError. What was found is in the storage. */
  signal?: AbortSignal;
  /** Parameters to try first, such as those known to be good: trial 0 takes the first, and so on. Others are left to the sampler. */
  first?: readonly Readonly<Record<string, ParameterValue>>[];
  /** Called after each trial. */
  onTrial?: (trial: TrialResult, study: Study) => void | Promise<void>;
}

const optionNames = [
  ...["sampler", "pruner", "trials", "parallel", "direction", "seed", "storage", "name", "timeout", "signal", "first"],
  "onTrial",
];

/**
 * Runs an objective with ever better parameters, and returns the study of it.
 *
 * The objective asks the trial for its parameters and returns a number, or a promise of one. A URL or the name of a file means a module
 * whose default export (or `objective`) is the objective: its trials run in worker_threads, `parallel` of them, each with its
 * part of the cores. An objective that throws or returns no number fails its trial, with the reason in the record, and the study goes
 * on. Follows optuna.study.Study.optimize, but for `trials`, which counts those that a stored study has already: what was interrupted
 * goes on where it was when the same program is run again.
 *
 * @throws TypeError and RangeError for mistakes in options and spaces; AbortError when `signal` is aborted.
 * @example
 * const study = await tune((trial) => (trial.float("x", -5, 5) - 2) ** 2, { trials: 30, seed: 1 });
 * study.best;                                             // { params: { x: 2.0... }, value: 0.0..., number: ... }
 */
export async function tune(objective: Objective | URL | string, options: TuneOptions = {}): Promise<Study> {
  const where = "tune";
  checkOptions(where, options, optionNames);
  const sampler = resolveSampler(where, options.sampler ?? "tpe");
  const pruner = resolvePruner(where, options.pruner ?? "none");
  const trials = checkInteger(where, "trials", options.trials ?? 100, 1);
  const parallel = checkInteger(where, "parallel", options.parallel ?? 1, 1, 256);
  const { timeout, signal, onTrial, first = [] } = options;
  if (timeout !== undefined) checkNumber(where, "timeout", timeout, 0);
  checkFirst(where, first);
  const seed = seedFrom(options.seed);
  const threads = Math.max(1, Math.floor(availableThreads() / parallel));
  if (typeof objective !== "function" && typeof objective !== "string" && !isUrl(objective)) {
    const expectation = "objective must be a function, or a module's URL or file";
    throw new TypeError(explain(where, expectation, describeValue(objective)));
  }
  const opened = await openStudy(where, options, true);
  const { ledger, study } = opened;
  try {
    const executor =
      typeof objective === "function"
        ? localExecutor(objective)
        : await startWorkers(where, String(objective), parallel, threads);
    await runTrials({
      ...{
        ledger,
        sampler,
        pruner,
        direction: study.direction,
        seed,
        threads,
        executor,
        trials,
        parallel,
        timeout,
        signal,
        first,
      },
      onTrial: async (record) => await onTrial?.(resultOf(record), study),
    });
    await ledger.refresh();
  } finally {
    await ledger.close();
  }
  return study;
}

/**
 * The study that a storage holds: to look at, without new trials.
 *
 * @throws RangeError when the storage has no study of that name.
 * @example
 * const study = await loadStudy({ storage: "study.db" });
 * study.best;
 */
export async function loadStudy(options: Pick<TuneOptions, "storage" | "name">): Promise<Study> {
  const where = "loadStudy";
  checkOptions(where, options, ["storage", "name"]);
  const { ledger, study } = await openStudy(where, options, false);
  await ledger.close();
  return study;
}

async function openStudy(
  where: string,
  options: TuneOptions,
  create: boolean,
): Promise<{ ledger: Ledger; study: Study }> {
  const { direction, name = "study" } = options;
  const directions = ["minimize", "maximize"] as const;
  if (direction !== undefined && !directions.includes(direction)) {
    throw unknownName(`${where}: direction`, direction, directions);
  }
  if (typeof name !== "string" || name === "") {
    throw new TypeError(explain(where, "name must be a string", describeValue(name)));
  }
  const storage = await resolveStorage(where, options.storage);
  const opened = await storage.open(where, name, { direction, create });
  const ledger = new Ledger(opened.study);
  await ledger.refresh();
  return { ledger, study: new Study(name, opened.direction, ledger) };
}

function checkFirst(where: string, first: unknown): void {
  const valid = Array.isArray(first) && first.every((one) => typeof one === "object" && one !== null);
  if (!valid) throw new TypeError(explain(where, "first must be a list of parameters", describeValue(first)));
}

function isUrl(value: unknown): value is URL {
  return Object.prototype.toString.call(value) === "[object URL]";
}
