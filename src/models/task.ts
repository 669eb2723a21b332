// One training loop for `fit` and `fitSync`: the loop is a generator that hands out what may take time, and a driver does it
// either at once or without blocking the thread.

import type { Executable, TrainRequest, TrainResult } from "../backends/backend.js";
import { nextTurn } from "../backends/time-slice.js";
import { BackendError, describeValue, explain } from "../errors.js";

/** A call of the core. */
export interface Execution {
  readonly executable: Executable;
  readonly request: TrainRequest;
  /** Done behind the call, also when it failed, before anybody else may execute. */
  readonly after?: () => void;
}

/** Steps to execute. The request is made when the program is free, since another call may have rebuilt it. */
export interface ExecuteTask {
  readonly kind: "execute";
  readonly prepare: () => Execution;
  /** Milliseconds it is thought to take; very short tasks need no other thread. */
  readonly estimate: number;
}

/** What a callback or an iterator returned: a promise, perhaps. */
export interface WaitTask {
  readonly kind: "wait";
  readonly value: unknown;
  /** What must not be asynchronous in a synchronous call, for the message. */
  readonly what: string;
}

/** Work that goes on beside what follows; a synchronous call does it when its result is asked for. */
export interface StartTask {
  readonly kind: "start";
  readonly procedure: Procedure<unknown>;
}

/** What became of a `StartTask`. */
export interface Started<T> {
  readonly promise?: Promise<T>;
  readonly procedure?: Procedure<T>;
}

/** Go on when nothing executes, with no chance for another call in between: callbacks may read the weights. */
export interface IdleTask {
  readonly kind: "idle";
}

/** A place in long work where other work may get its turn, when it has had none for so many milliseconds, else for 8. */
export interface PauseTask {
  readonly kind: "pause";
  readonly after?: number;
}

/** Code that is not there yet. */
export interface LoadTask {
  readonly kind: "load";
  readonly load: () => Promise<void>;
}

export type Task = ExecuteTask | WaitTask | StartTask | IdleTask | PauseTask | LoadTask;

/** A procedure that asks for tasks. What `yield` gives back belongs to the task; the functions below know its type. */
export type Procedure<T> = Generator<Task, T, unknown>;

export function* execute(prepare: ExecuteTask["prepare"], estimate: number): Procedure<TrainResult> {
  return (yield { kind: "execute", prepare, estimate }) as TrainResult;
}

export function* wait(value: unknown): Procedure<void> {
  if (value !== undefined) yield { kind: "wait", value, what: "callbacks" };
}

/** The value of a promise, or what is none. `what` is "callbacks" or the like. */
export function* settle<T>(value: T | PromiseLike<T>, what: string): Procedure<T> {
  return isPromise(value) ? ((yield { kind: "wait", value, what }) as T) : value;
}

/** Begins work beside what follows; `finish` gives its result. */
export function* start<T>(procedure: Procedure<T>): Procedure<Started<T>> {
  return (yield { kind: "start", procedure }) as Started<T>;
}

export function* finish<T>({ promise, procedure }: Started<T>): Procedure<T> {
  if (procedure !== undefined) return yield* procedure;
  return yield* settle(promise as Promise<T>, "data");
}

export function* pause(): Procedure<void> {
  yield { kind: "pause" };
}

/** Before a call that may build the program and move the weights, 11 ms for a million of them: not behind other long work. */
export function* pauseBeforeCall(): Procedure<void> {
  yield { kind: "pause", after: shortHold };
}

export function* idle(): Procedure<void> {
  yield { kind: "idle" };
}

/** Executions of one program wait for each other here. */
export class Turnstile {
  /** True while another thread works on the arena, which nobody may read then. */
  executing = false;
  #busy = false;
  readonly #waiting: (() => void)[] = [];
  readonly #idleWaiting: (() => void)[] = [];
  readonly #onIdle: () => void;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async enter(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
  }

  /** The next one in line goes in at once, so that nobody else slips in between. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#busy = false;
    this.#onIdle();
    for (const resume of this.#idleWaiting.splice(0)) resume();
  }

  /** Resolves when nothing executes; something may have begun again before the caller goes on. */
  async idle(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idleWaiting.push(resolve));
  }
}

// A hop to another thread and back costs about 0.2 ms; shorter steps (with a callback after each) run here, as long as
// the event loop gets its turn every few milliseconds.
const quickTask = 0.5;
const longestHold = 8;
const shortHold = 2;
// When the event loop had its last turn by our doing: shared by all calls, since a loop of awaited predictions would starve
// it as much as one long call.
let lastTurn = Number.NEGATIVE_INFINITY;
let watching = false;

/** Whether something that is thought to take so many milliseconds is done on this thread at once. */
export function mayRunHere(milliseconds: number): boolean {
  return milliseconds < quickTask && hasTime();
}

/** False when the event loop has waited long enough for its turn. */
function hasTime(): boolean {
  const now = performance.now();
  if (now - lastTurn < longestHold) return true;
  if (watching) return false;
  // The first work of this turn, as far as we know: the time until the next one counts from now.
  watching = true;
  lastTurn = now;
  void nextTurn().then(() => {
    watching = false;
  });
  return true;
}

async function takeTurn(): Promise<void> {
  await nextTurn();
  lastTurn = performance.now();
}

/** Runs a procedure without blocking the thread. */
export async function runAsync<T>(procedure: Procedure<T>, turnstile: Turnstile): Promise<T> {
  const perform = async (task: ExecuteTask | WaitTask | PauseTask | LoadTask): Promise<unknown> => {
    if (task.kind === "load") return await task.load();
    if (task.kind === "pause") {
      if (performance.now() - lastTurn >= (task.after ?? longestHold)) await takeTurn();
      return undefined;
    }
    if (task.kind === "wait") return isPromise(task.value) ? await task.value : undefined;
    if (!turnstile.busy && task.estimate < quickTask) {
      if (!hasTime()) await takeTurn();
      if (!turnstile.busy) return executeNow(task.prepare());
    }
    await turnstile.enter();
    try {
      const { executable, request, after } = task.prepare();
      turnstile.executing = true;
      try {
        return await executable.trainAsync(request);
      } finally {
        turnstile.executing = false;
        lastTurn = performance.now();
        after?.();
      }
    } finally {
      turnstile.leave();
    }
  };
  let next = procedure.next();
  while (!next.done) {
    const task = next.value;
    if (task.kind === "idle") {
      while (turnstile.busy) await turnstile.idle();
      next = procedure.next();
      continue;
    }
    if (task.kind === "start") {
      const promise = runAsync(task.procedure, turnstile);
      // Its failure is told to whoever asks for the result, and to nobody else.
      promise.catch(() => {});
      next = procedure.next({ promise });
      continue;
    }
    let value: unknown;
    try {
      value = await perform(task);
    } catch (error) {
      next = procedure.throw(error);
      continue;
    }
    next = procedure.next(value);
  }
  return next.value;
}

/** Runs a procedure at once. */
export function runSync<T>(where: string, procedure: Procedure<T>, turnstile: Turnstile): T {
  let next = procedure.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = performSync(where, next.value, turnstile);
    } catch (error) {
      next = procedure.throw(error);
      continue;
    }
    next = procedure.next(value);
  }
  return next.value;
}

function performSync(where: string, task: Task, turnstile: Turnstile): unknown {
  if (task.kind === "idle" || task.kind === "pause") return undefined;
  if (task.kind === "start") return { procedure: task.procedure };
  if (task.kind === "load") {
    throw new BackendError(
      explain(where, "expected all code to be loaded", "a part that is not", "Call `await ready()` before."),
    );
  }
  if (task.kind === "wait") {
    if (!isPromise(task.value)) return undefined;
    // Nobody waits for it any more; its failure must not end the process.
    Promise.resolve(task.value).catch(() => {});
    const remedy = task.what === "callbacks" ? "Use fit instead of fitSync." : "Use the method without Sync.";
    throw new TypeError(explain(where, `${task.what} must not be asynchronous`, describeValue(task.value), remedy));
  }
  if (turnstile.busy) throw busyError(where);
  return executeNow(task.prepare());
}

function executeNow({ executable, request, after }: Execution): TrainResult {
  try {
    return executable.train(request);
  } finally {
    after?.();
  }
}

/** The error of a synchronous call while an asynchronous one is executing. */
export function busyError(where: string): Error {
  return new Error(
    explain(where, "expected an idle model", "a call while steps are running", "Await the running call first."),
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
