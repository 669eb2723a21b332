// The backend with a worker of its own: long work goes to the worker, and the thread of the page stays free. Programs are here, too:
// short work, and whoever reads weights, needs no message. The bits are the same, for the module is.

import { BackendError, explain } from "../../errors.js";
import { type DecodedProgram, decodeProgram } from "../../program/decode.js";
import type { Backend, Executable, StepState, TrainRequest, TrainResult } from "../backend.js";
import { ExecutionLock } from "../execution-lock.js";
import { parseManifest } from "../manifest.js";
import { checkTrain } from "../train-request.js";
import type { Core } from "./core.js";
import { WasmExecutable } from "./executable.js";
import { gatherRows, roomLike } from "./gather-rows.js";
import { instantiate } from "./instance.js";
import { embeddedModule } from "./loader.js";
import { type Trained, TrainingClient, type TrainingWorker } from "./training-client.js";

export interface WorkerBackendOptions {
  /** Without threads: the worker is the one that computes. */
  readonly module: "simd128" | "relaxed";
  /** Default: a module worker of the browser. */
  readonly start?: () => TrainingWorker;
}

/** Loads the module and starts the worker. */
export async function createWorkerBackend({ module, start = startWorker }: WorkerBackendOptions): Promise<Backend> {
  const core = await instantiate(await embeddedModule(module));
  const manifest = () => parseManifest("wasm backend", core.describe(), "Run npm run build:wasm.");
  const { isas } = manifest();
  const client = await TrainingClient.start(start(), core.module);
  return {
    name: "wasm",
    isas,
    offThread: true,
    threads: 1,
    get isa() {
      return manifest().isa;
    },
    setIsa: (isa) => core.setIsa(isa),
    setThreads(threads) {
      if (threads <= 1) return;
      throw new BackendError(explain("setBackend", "threads must be 1 with a worker that trains", threads));
    },
    createProgram: (words) => new WorkerExecutable(core, client, words),
  };
}

function startWorker(): TrainingWorker {
  if (typeof Worker === "undefined") {
    const remedy = "In Node the native backend trains beside JavaScript anyway.";
    throw new BackendError(explain("wasm backend", "expected a host with web workers", "none", remedy));
  }
  // In this form bundlers find the file.
  return new Worker(new URL("./training-worker.js", import.meta.url), { type: "module" });
}

/** What a program owns in the worker. */
interface Owned {
  readonly client: TrainingClient;
  readonly program: number;
}

/** Frees the programs of the worker that nobody has disposed of. */
const registry = new FinalizationRegistry<Owned>(({ client, program }) => client.dispose(program));

/** A program here and in the worker. The arena here is the one that counts, but for the time of a training. */
export class WorkerExecutable implements Executable {
  readonly arenaLength: number;
  readonly #local: WasmExecutable;
  readonly #program: DecodedProgram;
  readonly #words: Int32Array;
  readonly #client: TrainingClient;
  readonly #lock = new ExecutionLock("wasm backend");
  #owned: Owned | null = null;

  constructor(core: Core, client: TrainingClient, words: Int32Array) {
    this.#local = new WasmExecutable(core, words);
    this.#program = decodeProgram(words);
    this.#words = words;
    this.#client = client;
    this.arenaLength = this.#local.arenaLength;
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.#lock.checkIdle();
    this.#local.write(offset, values);
  }

  read(offset: number, length: number): Float32Array {
    this.#lock.checkIdle();
    return this.#local.read(offset, length);
  }

  run(first: number, last: number, batchRows: number, state: StepState): void {
    this.#lock.sync(() => this.#local.run(first, last, batchRows, state));
  }

  async runAsync(first: number, last: number, batchRows: number, state: StepState): Promise<void> {
    await this.#lock.async(() => this.#local.runAsync(first, last, batchRows, state));
  }

  train(request: TrainRequest): TrainResult {
    return this.#lock.sync(() => this.#local.train(request));
  }

  async trainAsync(request: TrainRequest): Promise<TrainResult> {
    checkTrain(this.#program, request);
    return await this.#lock.async(async () => {
      const arena = this.#local.read(0, this.arenaLength) as Float32Array<ArrayBuffer>;
      const trained = await this.#client.train(this.#remote().program, arena, gathered(request));
      this.#take(request, trained);
      return trained.result;
    });
  }

  cancel(): void {
    this.#lock.cancel();
    if (this.#lock.cancelled && this.#owned !== null) this.#client.cancel(this.#owned.program);
    this.#local.cancel();
  }

  dispose(): void {
    this.cancel();
    this.#lock.dispose(() => {
      registry.unregister(this);
      if (this.#owned !== null) this.#client.dispose(this.#owned.program);
      this.#local.dispose();
    });
  }

  /** The program in the worker, which is created when it is used. */
  #remote(): Owned {
    if (this.#owned === null) {
      this.#owned = { client: this.#client, program: this.#client.create(this.#words) };
      registry.register(this, this.#owned, this);
    }
    return this.#owned;
  }

  /** Takes over what a training has changed. */
  #take({ outputs = [] }: TrainRequest, trained: Trained): void {
    this.#local.write(0, trained.arena);
    for (const [i, { data }] of outputs.entries()) data.set(trained.outputs[i] as Float32Array);
  }
}

/** The request with the rows that it takes alone, in their order: the rest of the data stays here. */
function gathered(request: TrainRequest): TrainRequest {
  const { order, columns, outputs = [] } = request;
  return {
    ...request,
    order: Int32Array.from(order, (_, row) => row),
    columns: columns.map(({ tensor, data, width }) => {
      const rows = roomLike(data, order.length * width);
      gatherRows(rows, { data, width }, order);
      return { tensor, data: rows, width };
    }),
    outputs: outputs.map(({ tensor, width }) => ({ tensor, data: new Float32Array(order.length * width), width })),
  };
}
