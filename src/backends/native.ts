// The native backend: programs executed by the C++ core through the N-API addon. Loading the addon is not done here: whoever
// calls createNativeBackend has it already, so this file needs nothing of Node.

import { BackendError, explain } from "../errors.js";
import { decodeProgram, type TensorEntry } from "../program/decode.js";
import type { Backend, Executable, StepState, TrainRequest, TrainResult } from "./backend.js";
import { parseManifest } from "./manifest.js";
import { applyOf, reportWidth } from "./train-request.js";

/** Floats of a cache line, which is also the widest vector. */
const lineFloats = 16;

/** What `create` returns; only the addon looks inside. */
type ProgramHandle = object;

interface NativeTrainRequest extends TrainRequest {
  readonly applyFirst: number;
  readonly applyEvery: number;
  /** Receives the values of all reports. */
  readonly reportValues: Float32Array;
}

interface NativeTrainResult {
  readonly steps: number;
  readonly status: TrainResult["status"];
}

type RunArguments = [
  program: ProgramHandle,
  first: number,
  last: number,
  batchRows: number,
  learningRate: number,
  step: number,
  seedLow: number,
  seedHigh: number,
];

/** The exports of the addon. Everything throws an Error with `code`, the name of an FFStatus. */
export interface NativeAddon {
  describe(): string;
  setIsa(isa: string): void;
  setThreads(threads: number): void;
  arenaSize(words: Int32Array): number;
  /** Floats from the beginning of `memory` to the first address that is a multiple of a cache line. */
  alignedOffset(memory: Float32Array): number;
  create(words: Int32Array, arena: Float32Array): ProgramHandle;
  run(...values: RunArguments): void;
  runAsync(...values: RunArguments): Promise<void>;
  train(program: ProgramHandle, request: NativeTrainRequest): NativeTrainResult;
  trainAsync(program: ProgramHandle, request: NativeTrainRequest): Promise<NativeTrainResult>;
  cancel(program: ProgramHandle): void;
  destroy(program: ProgramHandle): void;
}

/**
 * Wraps the addon. Throws a BackendError when it was built from another table of operations than this package.
 */
export function createNativeBackend(addon: unknown): Backend {
  const native = checkAddon(addon);
  const describe = () => parseManifest("native backend", native.describe(), "Build it again: npm run build:native.");
  return {
    name: "native",
    isas: describe().isas,
    offThread: true,
    get isa(): string {
      return describe().isa;
    },
    get threads(): number {
      return describe().threads;
    },
    setIsa(isa: string): void {
      guard(() => native.setIsa(isa));
    },
    setThreads(threads: number): void {
      guard(() => native.setThreads(threads));
    },
    createProgram(words: Int32Array): Executable {
      return guard(() => new NativeExecutable(native, words));
    },
  };
}

/**
 * An arena that begins with a cache line. The memory of an ArrayBuffer does not, and every vector of 64 bytes would touch two lines
 * then: training 784-512-512-10 is 1.04 times as fast so.
 */
function allocateArena(native: NativeAddon, floats: number): Float32Array {
  const memory = allocate(floats + lineFloats - 1);
  const offset = native.alignedOffset(memory);
  return memory.subarray(offset, offset + floats);
}

function allocate(floats: number): Float32Array {
  try {
    return new Float32Array(floats);
  } catch {
    const size = (floats / 2 ** 28).toFixed(1);
    throw new BackendError(
      `native backend: ${size} GiB of memory are not available. Use a smaller model or a smaller batch.`,
    );
  }
}

class NativeExecutable implements Executable {
  readonly arenaLength: number;
  readonly #native: NativeAddon;
  readonly #program: ProgramHandle;
  readonly #tensors: readonly TensorEntry[];
  #arena: Float32Array;

  constructor(native: NativeAddon, words: Int32Array) {
    this.#native = native;
    this.arenaLength = native.arenaSize(words);
    this.#arena = allocateArena(native, this.arenaLength);
    this.#program = native.create(words, this.#arena);
    this.#tensors = decodeProgram(words).tensors;
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.#checkRange("write", offset, values.length);
    this.#arena.set(values, offset);
  }

  read(offset: number, length: number): Float32Array {
    this.#checkRange("read", offset, length);
    return this.#arena.slice(offset, offset + length);
  }

  run(first: number, last: number, batchRows: number, state: StepState): void {
    try {
      this.#native.run(...runArguments(this.#program, first, last, batchRows, state));
    } catch (error) {
      throw asBackendError(error);
    }
  }

  async runAsync(first: number, last: number, batchRows: number, state: StepState): Promise<void> {
    await guardAsync(() => this.#native.runAsync(...runArguments(this.#program, first, last, batchRows, state)));
  }

  train(request: TrainRequest): TrainResult {
    const native = this.#withReportValues(request);
    return this.#trainResult(
      native,
      guard(() => this.#native.train(this.#program, native)),
    );
  }

  async trainAsync(request: TrainRequest): Promise<TrainResult> {
    const native = this.#withReportValues(request);
    return this.#trainResult(native, await guardAsync(() => this.#native.trainAsync(this.#program, native)));
  }

  cancel(): void {
    this.#native.cancel(this.#program);
  }

  dispose(): void {
    this.#native.destroy(this.#program);
    // The addon keeps the memory as long as an execution needs it.
    this.#arena = new Float32Array(0);
  }

  #withReportValues(request: TrainRequest): NativeTrainRequest {
    const steps = request.batchRows > 0 ? Math.ceil(request.order.length / request.batchRows) : 0;
    const width = reportWidth({ tensors: this.#tensors }, request.reports);
    return { ...request, ...applyOf(request), reportValues: new Float32Array(steps * width) };
  }

  #trainResult({ reports, reportValues }: NativeTrainRequest, { steps, status }: NativeTrainResult): TrainResult {
    const reported = steps + (status === "notFinite" ? 1 : 0);
    const length = reported * reportWidth({ tensors: this.#tensors }, reports);
    return { steps, status, reports: length === reportValues.length ? reportValues : reportValues.slice(0, length) };
  }

  #checkRange(where: string, offset: number, length: number): void {
    if (Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.#arena.length) return;
    const range = `${offset} to ${offset + length}`;
    throw new RangeError(
      explain(`native program: ${where}`, `expected a range within ${this.#arena.length} floats`, range),
    );
  }
}

function runArguments(
  program: ProgramHandle,
  first: number,
  last: number,
  batchRows: number,
  state: StepState,
): RunArguments {
  return [program, first, last, batchRows, state.learningRate, state.step, state.seed[0], state.seed[1]];
}

function checkAddon(addon: unknown): NativeAddon {
  const functions: readonly (keyof NativeAddon)[] = [
    "describe",
    "setIsa",
    "setThreads",
    "arenaSize",
    "alignedOffset",
    "create",
    "run",
    "runAsync",
    "train",
    "trainAsync",
    "cancel",
    "destroy",
  ];
  const candidate = addon as Record<string, unknown> | null | undefined;
  const missing = functions.filter((name) => typeof candidate?.[name] !== "function");
  if (missing.length === 0) return addon as NativeAddon;
  const received = `a module without ${missing.join(", ")}`;
  throw new BackendError(explain("native backend", "expected the addon of feedforward", received));
}

/** Failures of the core become BackendErrors; their `code` stays. */
function guard<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asBackendError(error);
  }
}

async function guardAsync<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asBackendError(error);
  }
}

function asBackendError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  if (!error.code.startsWith("FF_")) return error;
  return Object.assign(new BackendError(`native backend: ${error.message}`, { cause: error }), { code: error.code });
}
