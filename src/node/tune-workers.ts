/// <reference types="node" />
// Objectives in worker_threads: each has a core of its own for JavaScript, and a part of the cores for its networks.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { explain } from "../errors.js";
import type { RunningTrial } from "../tune/host.js";
import type { Executor } from "../tune/run.js";
import { installTuneWorkers } from "../tune/workers.js";
import type { Call, Outcome, Task, WorkerSetup } from "./tune-protocol.js";

/** Makes modules of objectives run in threads. */
export function installNodeTuneWorkers(): void {
  installTuneWorkers({ processors: availableParallelism, start });
}

async function start(where: string, module: string, parallel: number, threads: number): Promise<Executor> {
  const url = /^(file|data):/.test(module) ? module : pathToFileURL(resolve(module)).href;
  const begin = () => new TrialWorker(where, url, threads);
  // The first tells whether the module can be used at all.
  const first = begin();
  await first.ready;
  const idle = [first];
  const all = new Set(idle);
  return {
    async run(trial) {
      let worker = idle.pop();
      if (worker === undefined || worker.ended) {
        worker = begin();
        all.add(worker);
      }
      try {
        return await worker.run(trial);
      } finally {
        if (worker.ended) all.delete(worker);
        else if (idle.length < parallel) idle.push(worker);
      }
    },
    async end() {
      await Promise.all([...all].map((worker) => worker.end()));
    },
  };
}

/** A thread that runs one trial at a time. */
class TrialWorker {
  /** Rejects when the module is no objective. */
  readonly ready: Promise<void>;
  ended = false;
  readonly #worker: Worker;
  readonly #threads: number;
  #trial: RunningTrial | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(where: string, module: string, threads: number) {
    this.#threads = threads;
    const { port1, port2 } = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const setup: WorkerSetup = { module, port: port2, flag };
    this.#worker = new Worker(new URL("../esm/tune-worker.js", import.meta.url), {
      workerData: setup,
      transferList: [port2],
      env: { ...process.env, FEEDFORWARD_THREADS: String(threads) },
    });
    port1.on("message", (call: Call) => {
      // The worker sleeps until the flag is up.
      port1.postMessage(this.#answer(call));
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    });
    port1.unref();
    this.ready = new Promise((resolveReady, reject) => {
      const refuse = (received: string) => {
        const expectation = `expected a module whose default export (or objective) is a function in ${module}`;
        reject(new TypeError(explain(where, expectation, received)));
      };
      this.#worker.on("message", (outcome: Outcome) => {
        if (outcome.kind === "ready") resolveReady();
        else if (outcome.kind === "refused") refuse(outcome.message);
        else this.#settle?.(outcome);
      });
      this.#worker.on("error", (error) => this.#end(`its worker died: ${String(error)}`, refuse));
      this.#worker.once("exit", (code) => this.#end(`its worker ended with code ${code}`, refuse));
    });
    this.ready.catch(() => {});
  }

  async run(trial: RunningTrial): Promise<unknown> {
    await this.ready;
    if (this.ended) throw new Error("its worker had ended");
    this.#trial = trial;
    const task: Task = { number: trial.number, threads: this.#threads };
    const outcome = await new Promise<Outcome>((resolveOutcome) => {
      this.#settle = resolveOutcome;
      this.#worker.postMessage(task);
    });
    this.#settle = undefined;
    if (outcome.kind === "value") return outcome.value;
    throw Object.assign(new Error(outcome.kind === "error" ? outcome.message : "its worker began anew"), {
      name: outcome.kind === "error" ? outcome.name : "Error",
    });
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.#worker.terminate();
  }

  #end(message: string, refuse: (received: string) => void): void {
    this.ended = true;
    refuse(message);
    this.#settle?.({ kind: "error", name: "Error", message });
  }

  #answer({ method, values }: Call): Outcome {
    try {
      const trial = this.#trial as RunningTrial;
      const answer =
        method === "ask" ? trial.ask(values) : method === "report" ? trial.report(...values) : trial.shouldPrune();
      return { kind: "value", value: answer };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { kind: "error", name, message };
    }
  }
}
