// One execution at a time: what a program of the reference and wasm backends knows about the execution that is under way.

import { AbortError, BackendError, explain } from "../errors.js";

export class ExecutionLock {
  /** True after `cancel()` or `dispose()` until the running execution ends. */
  cancelled = false;
  private busy = false;
  private disposed = false;
  private release: (() => void) | undefined;

  constructor(private readonly where: string) {}

  /** Throws while an execution is under way, and after `dispose`. */
  checkIdle(): void {
    if (this.disposed) {
      throw new AbortError(
        explain(this.where, "expected a live program", "one that was disposed of", "Create it anew."),
      );
    }
    if (this.busy) {
      throw new BackendError(
        explain(this.where, "a program executes once at a time", "a second call", "Await the first one."),
      );
    }
  }

  sync<T>(work: () => T): T {
    this.begin();
    try {
      return work();
    } finally {
      this.end();
    }
  }

  async async<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Forgotten when nothing is running. */
  cancel(): void {
    if (this.busy) this.cancelled = true;
  }

  /** Calls `release` once: now, or when the running execution has stopped. */
  dispose(release: () => void): void {
    if (this.disposed) return;
    this.disposed = true;
    this.cancel();
    if (this.busy) this.release = release;
    else release();
  }

  private begin(): void {
    this.checkIdle();
    this.busy = true;
    this.cancelled = false;
  }

  private end(): void {
    this.busy = false;
    this.cancelled = false;
    this.release?.();
    this.release = undefined;
  }
}
