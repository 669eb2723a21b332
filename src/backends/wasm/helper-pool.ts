// The workers of one instance of a module with threads. They are started when more threads are wanted than there are, and stay:
// those above the wanted number sleep in the module.

import { BackendError } from "../../errors.js";
import type { Core } from "./core.js";
import { type Helper, helperHost } from "./helpers.js";

/** As large as the stack that the module has for the caller. */
const stackBytes = 1 << 18;

/** Beyond this, the layers of a multilayer perceptron are bound by memory, not by arithmetic. */
const mostDefaultThreads = 16;

/** How often a thread looks for work before it sleeps: some 40 us, longer than the serial parts between two loops of a step. */
const spins = 1 << 15;

/** Time for one worker to start, on a machine that is busy. */
const patienceMilliseconds = 10_000;

export class HelperPool {
  private readonly helpers: Helper[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly core: Core) {}

  /** Starts the missing workers, then changes the number. After a failure it stays as it was. */
  async setThreads(threads: number): Promise<void> {
    const change = this.last.then(() => this.change(threads));
    this.last = change.catch(() => {});
    await change;
  }

  private async change(threads: number): Promise<void> {
    const { exports } = this.core;
    const processors = helperHost().processors();
    const wanted = threads === 0 ? Math.min(processors, mostDefaultThreads) : threads;
    if (wanted - 1 > this.helpers.length) await this.start(wanted - 1);
    // With more threads than processors, whoever looks for work keeps another from working.
    exports.ff_set_waiting?.(wanted <= processors ? spins : 0, mayBlock() ? 1 : 0);
    this.core.check(exports.ff_set_threads(wanted));
  }

  /** All that are missing, or none. */
  private async start(count: number): Promise<void> {
    const { module, exports } = this.core;
    const started: Helper[] = [];
    try {
      const waits: Promise<void>[] = [];
      for (let worker = this.helpers.length + 1; worker <= count; worker++) {
        // Never freed: a worker that could not be started may still hold it.
        const stack = this.core.allocate(stackBytes) + stackBytes;
        const helper = helperHost().start({ module, memory: exports.memory, stack, worker });
        started.push(helper);
        waits.push(startOf(helper));
      }
      await Promise.all(waits);
      this.helpers.push(...started);
    } catch (error) {
      for (const helper of started) helper.terminate();
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackendError(`wasm backend: a worker cannot be started: ${reason}`, { cause: error });
    }
  }
}

function startOf(helper: Helper): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(reason));
    };
    const timer = setTimeout(() => failed(`no answer for ${patienceMilliseconds} ms`), patienceMilliseconds);
    helper.listen(() => {
      clearTimeout(timer);
      resolve();
    }, failed);
  });
}

/** False in the window of a browser, where nobody may sleep. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
