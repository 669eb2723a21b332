// Runs trials: one after the other or several at a time, until there are enough of them.

import { AbortError, describeValue, explain } from "../errors.js";
import { nextTurn } from "../backends/time-slice.js";
import { type HostSetup, RunningTrial } from "./host.js";
import type { TrialRecord } from "./records.js";
import { isPruned, Trial } from "./trial.js";

/** What is searched for the best parameters of: returns the value, or a promise of it. */
export type Objective = (trial: Trial) => number | Promise<number>;

/** Runs an objective for a trial, here or in a worker; `end` is called when no trial will follow. */
export interface Executor {
  run(trial: RunningTrial): Promise<unknown>;
  end(): Promise<void>;
}

export function localExecutor(objective: Objective): Executor {
  return {
    run: async (trial) => await objective(new Trial(trial)),
    end: async () => {},
  };
}

export interface RunOptions extends Omit<HostSetup, "signal" | "fixed" | "threads"> {
  readonly executor: Executor;
  /** All trials that the study shall have. */
  readonly trials: number;
  readonly parallel: number;
  readonly threads: number;
  /** After it no trial begins any more; in seconds. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Parameters of trials that are not left to the sampler, the first trial's first. */
  readonly first: readonly HostSetup["fixed"][];
  /** Called after each trial. */
  onTrial(record: TrialRecord): void | Promise<void>;
}

const beatMilliseconds = 10_000;

/** Throws AbortError, mistakes in the space and failures of the storage; failures of the objective belong to its trial. */
export async function runTrials(options: RunOptions): Promise<void> {
  const { ledger, executor, parallel, timeout, signal } = options;
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal?.addEventListener("abort", stop, { once: true });
  const end = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
  const beat = setInterval(() => ledger.beat(), beatMilliseconds);
  (beat as { unref?: () => void }).unref?.();
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    abort.abort();
  };
  const open = () => failure === undefined && signal?.aborted !== true && performance.now() < end;
  // Ends of trials, for those that wait for one.
  const gate = new Gate();
  const line = async () => {
    while (open()) {
      await ledger.refresh();
      await ledger.sweep();
      if (options.sampler.exhausted?.(ledger.records) === true) {
        // What runs may open new combinations.
        if (ledger.own.length === 0) return;
        await gate.wait();
        continue;
      }
      const record = await ledger.begin(options.trials);
      if (record === null) return;
      try {
        await runTrial(record, options, abort.signal);
      } finally {
        gate.open();
      }
      await nextTurn();
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, () => line().catch(fail)));
  } finally {
    clearInterval(beat);
    signal?.removeEventListener("abort", stop);
    gate.open();
    await executor.end();
  }
  if (failure !== undefined) throw failure;
  if (signal?.aborted === true) {
    const text = `tune: stopped because its signal was aborted; ${ledger.records.length} trials were begun.`;
    throw new AbortError(text, { cause: signal.reason });
  }
}

/** Lets all through who wait at the time. */
class Gate {
  #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  open(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

async function runTrial(record: TrialRecord, options: RunOptions, signal: AbortSignal): Promise<void> {
  const fixed = options.first[record.number] ?? {};
  const trial = new RunningTrial(record, { ...options, signal, fixed });
  try {
    settle(record, await raceAbort(options.executor.run(trial), signal));
  } catch (error) {
    if (isPruned(error)) {
      const last = [...record.reports].reduce<readonly [number, number] | undefined>(
        (latest, one) => (latest === undefined || one[0] > latest[0] ? one : latest),
        undefined,
      );
      const value = last?.[1] ?? null;
      end(record, "pruned", value !== null && Number.isNaN(value) ? null : value, null);
    } else end(record, "failed", null, reasonOf(error));
  }
  await options.ledger.finish(record);
  if (trial.mistake !== undefined) throw trial.mistake;
  await options.onTrial(record);
}

/** The objective may not heed the signal: it is left behind. */
async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AbortError("the study was stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

function settle(record: TrialRecord, value: unknown): void {
  if (typeof value === "number" && !Number.isNaN(value)) end(record, "complete", value, null);
  else end(record, "failed", null, explain("objective", "expected a number", describeValue(value)));
}

function end(record: TrialRecord, state: TrialRecord["state"], value: number | null, reason: string | null): void {
  record.state = state;
  record.value = value;
  record.reason = reason;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
  return typeof error === "string" ? error : describeValue(error);
}
