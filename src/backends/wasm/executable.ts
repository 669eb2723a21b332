// A program in the memory of the WebAssembly module. Training goes in chunks of a few milliseconds each: their rows are gathered
// from the caller's data, and between two chunks the event loop may have its turn.

import { type DecodedProgram, decodeProgram } from "../../program/decode.js";
import type { Executable, StepState, TrainRequest, TrainResult } from "../backend.js";
import { ExecutionLock } from "../execution-lock.js";
import { now, runSliced, runToEnd } from "../time-slice.js";
import { checkArenaRange, checkRun, checkTrain, computingState, reportWidth, updatingState } from "../train-request.js";
import { type Core, status } from "./core.js";
import { ChunkMemory, type ChunkResult, maximumSteps } from "./train-chunk.js";

/** Aim for the length of a chunk in milliseconds: a part of a slice, so that a slice ends in time. */
const chunkMilliseconds = 4;

/** Steps longer than this are interrupted between their instructions. */
const slowStepMilliseconds = 12;

/** What a program owns in the module. */
interface Owned {
  readonly core: Core;
  readonly arena: number;
  readonly program: number;
  /** Memory for one FFStep. */
  readonly step: number;
}

function release({ core, arena, program, step }: Owned): void {
  core.exports.ff_destroy(program);
  core.free(arena);
  core.free(step);
}

/** Frees the programs that nobody has disposed of. */
const registry = new FinalizationRegistry<Owned>(release);

export class WasmExecutable implements Executable {
  readonly arenaLength: number;
  private readonly owned: Owned;
  private readonly program: DecodedProgram;
  private readonly lock = new ExecutionLock("wasm backend");

  constructor(
    private readonly core: Core,
    words: Int32Array,
  ) {
    this.owned = create(core, words);
    // The core has accepted the words, so that they can be read without further checks.
    this.program = decodeProgram(words);
    this.arenaLength = this.program.arenaLength;
    registry.register(this, this.owned, this);
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.lock.checkIdle();
    checkArenaRange(this.arenaLength, offset, values.length);
    this.core.floats(this.owned.arena + 4 * offset, values.length).set(values);
  }

  read(offset: number, length: number): Float32Array {
    this.lock.checkIdle();
    checkArenaRange(this.arenaLength, offset, length);
    return this.core.floats(this.owned.arena + 4 * offset, length).slice();
  }

  run(first: number, last: number, batchRows: number, state: StepState): void {
    checkRun(this.program, first, last, batchRows);
    this.lock.sync(() => this.execute(first, last, batchRows, state));
  }

  async runAsync(first: number, last: number, batchRows: number, state: StepState): Promise<void> {
    checkRun(this.program, first, last, batchRows);
    await this.lock.async(() => runSliced(this.instructions(first, last, batchRows, state)));
  }

  train(request: TrainRequest): TrainResult {
    checkTrain(this.program, request);
    return this.lock.sync(() => runToEnd(this.chunks(request)));
  }

  async trainAsync(request: TrainRequest): Promise<TrainResult> {
    checkTrain(this.program, request);
    return await this.lock.async(() => runSliced(this.chunks(request)));
  }

  cancel(): void {
    this.lock.cancel();
  }

  dispose(): void {
    this.lock.dispose(() => {
      registry.unregister(this);
      release(this.owned);
    });
  }

  private execute(first: number, last: number, batchRows: number, { learningRate, step, seed }: StepState): void {
    const { core, owned } = this;
    core.floats(owned.step, 1)[0] = learningRate;
    core.ints(owned.step, 4).set([step, seed[0], seed[1]], 1);
    core.check(core.exports.ff_run(owned.program, first, last, batchRows, owned.step));
  }

  private *instructions(first: number, last: number, batchRows: number, state: StepState): Generator<void, void> {
    for (let i = first; i < last; i++) {
      this.execute(i, i + 1, batchRows, state);
      yield;
    }
  }

  /** Chunks as long as the measured time of a step allows. */
  private *chunks(request: TrainRequest): Generator<void, TrainResult> {
    const count = Math.ceil(request.order.length / request.batchRows);
    const width = reportWidth(this.program, request.reports);
    const reports = new Float32Array(count * width);
    const result = (steps: number, filled: number, text: TrainResult["status"]): TrainResult => ({
      steps,
      reports: reports.slice(0, filled * width),
      status: text,
    });
    const { program } = this.owned;
    const limit = maximumSteps(request);
    let capacity = 1;
    let memory = new ChunkMemory(this.core, request, capacity, width);
    try {
      let size = 1;
      let slow = false;
      for (let from = 0; from < count; ) {
        if (this.lock.cancelled) return result(from, from, "cancelled");
        const steps: number = slow ? 1 : Math.min(size, count - from);
        if (steps > capacity) {
          memory.free();
          memory = new ChunkMemory(this.core, request, steps, width);
          capacity = steps;
        }
        const begin = now();
        const done = slow ? yield* this.slowStep(memory, request, from) : memory.run(program, from, from + steps);
        const notFinite = done.status === status.notFinite;
        reports.set(memory.readReports(done.steps + (notFinite ? 1 : 0)), from * width);
        from += done.steps;
        if (notFinite) return result(from, from + 1, "notFinite");
        this.core.check(done.status);
        // Four times as many at most: clocks of browsers may stand still for a millisecond.
        const perStep: number = (now() - begin) / steps;
        const wanted = Math.floor(chunkMilliseconds / perStep);
        slow = perStep > slowStepMilliseconds;
        size = Math.max(1, Math.min(wanted, 4 * steps, limit));
        yield;
      }
    } finally {
      memory.free();
    }
    return result(count, count, "done");
  }

  /**
   * Step s of a large network, instruction by instruction: the page would stand still for all of it otherwise. A step without
   * instructions gathers its rows, and another one after the computing range takes the results; the bits are the same.
   */
  private *slowStep(memory: ChunkMemory, request: TrainRequest, s: number): Generator<void, ChunkResult> {
    const { first, updateFirst, batchRows, order } = request;
    const nothing = { first: 0, updateFirst: 0, last: 0 };
    const rows = Math.min(batchRows, order.length - s * batchRows);
    const gathered = memory.run(this.owned.program, s, s + 1, nothing);
    // The reports are still those of the step before: whether they are finite is asked after the computation.
    if (gathered.status !== status.ok && gathered.status !== status.notFinite) return gathered;
    yield* this.instructions(first, updateFirst, rows, computingState(request, s));
    const done = memory.run(this.owned.program, s, s + 1, nothing);
    const { state, end } = updatingState(request, s);
    if (done.status === status.ok) yield* this.instructions(updateFirst, end, rows, state);
    return done;
  }
}

function create(core: Core, words: Int32Array): Owned {
  return core.withMemory(4 * words.length + 8, (address) => {
    // Two words for results, then the program.
    const program = address + 8;
    core.ints(program, words.length).set(words);
    core.check(core.exports.ff_arena_size(program, words.length, address));
    const floats = core.ints(address, 1)[0] as number;
    const step = core.allocate(16);
    let arena = 0;
    try {
      arena = core.allocate(4 * floats);
      core.floats(arena, floats).fill(0);
      core.check(core.exports.ff_create(program, words.length, arena, floats, address + 4));
      return { core, arena, program: core.ints(address, 2)[1] as number, step };
    } catch (error) {
      core.free(arena);
      core.free(step);
      throw error;
    }
  });
}
