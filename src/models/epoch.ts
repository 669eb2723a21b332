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

/** Ends epoch number `epoch` of `steps` steps: adds the results of validation to `logs`, and hands them out. */
export function* finishEpoch(
  { validation, callbacks, progress }: FitPlan,
  history: History,
  { epoch, steps, logs }: { readonly epoch: number; readonly steps: number; readonly logs: Logs },
): Procedure<void> {
  if (validation !== null && (epoch + 1) % validation.every === 0) {
    const results = yield* validation.evaluate();
    for (const [name, value] of Object.entries(results)) logs[validationName(name)] = value;
  }
  history.add(epoch, logs);
  yield* callAll(callbacks, (callback) => callback.onEpochEnd?.(epoch, logs));
  progress.endEpoch(epoch, steps, logs);
}
