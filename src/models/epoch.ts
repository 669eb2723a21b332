// What every kind of training does around an epoch: it calls callbacks, evaluates the validation rows, and keeps the history.

import type { Callback, Logs } from "../callbacks/callback.js";
import { validationName } from "../naming.js";
import type { FitPlan } from "./fit.js";
import type { History } from "./history.js";
import { idle, type Procedure, wait } from "./task.js";

/** Calls a hook of every callback, each when nothing executes and the one before has finished. */
export function* callAll(callbacks: readonly Callback[], hook: (callback: Callback) => unknown): Procedure<void> {
  for (const callback of callbacks) {
    yield* idle();
    yield* wait(hook(callback));
  }
}

/** An epoch that ends: its number, what was done, and the results. */
export interface EndOfEpoch {
  readonly epoch: number;
  readonly steps: number;
  readonly rows: number;
  readonly logs: Logs;
}

/** Ends an epoch: adds the results of validation to `logs`, and hands them out. */
export function* finishEpoch(
  { validation, callbacks, progress, course }: FitPlan,
  history: History,
  { epoch, steps, rows, logs }: EndOfEpoch,
): Procedure<void> {
  if (validation !== null && (epoch + 1) % validation.every === 0) {
    yield* callAll(callbacks, (callback) => callback.onTestBegin?.({}));
    const results = yield* validation.evaluate();
    yield* callAll(callbacks, (callback) => callback.onTestEnd?.(results));
    for (const [name, value] of Object.entries(results)) logs[validationName(name)] = value;
  }
  yield* callAll(callbacks, (callback) => callback.onEpochEnd?.(epoch, logs));
  // Callbacks add results of their own, such as the learning rate.
  history.add(epoch, logs);
  course.observe(history);
  progress.endEpoch({ epoch, done: steps, rows }, logs);
}
