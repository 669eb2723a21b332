// A program of the reference backend with its arena: executes ranges of instructions and whole training runs.

import type { DecodedProgram } from "../../program/decode.js";
import type { Executable, StepState, TrainRequest, TrainResult } from "../backend.js";
import { ExecutionLock } from "../execution-lock.js";
import { runSliced, runToEnd } from "../time-slice.js";
import {
  checkArenaRange,
  checkRun,
  checkTrain,
  computingState,
  reportWidth,
  rowsOfStep,
  updatingState,
} from "../train-request.js";
import { Execution, interpreter } from "./interpreter.js";
import type { Arena, Matrix } from "./matrix.js";

export class ReferenceExecutable implements Executable {
  readonly arenaLength: number;
  private readonly matrices: readonly Matrix[];
  private readonly lock = new ExecutionLock("reference backend");

  /** The arena is public here alone: gradient checks read it in double precision. */
  constructor(
    private readonly program: DecodedProgram,
    readonly arena: Arena,
  ) {
    this.arenaLength = program.arenaLength;
    this.matrices = program.tensors.map(({ offset, rows, columns }) => ({
      data: arena.subarray(offset, offset + rows * columns),
      rows,
      columns,
    }));
  }

  write(offset: number, values: ArrayLike<number>): void {
    this.lock.checkIdle();
    checkArenaRange(this.arenaLength, offset, values.length);
    this.arena.set(values, offset);
  }

  read(offset: number, length: number): Float32Array {
    this.lock.checkIdle();
    checkArenaRange(this.arenaLength, offset, length);
    return Float32Array.from(this.arena.subarray(offset, offset + length));
  }

  run(first: number, last: number, batchRows: number, state: StepState): void {
    checkRun(this.program, first, last, batchRows);
    this.lock.sync(() => runToEnd(this.range(first, last, batchRows, state)));
  }

  async runAsync(first: number, last: number, batchRows: number, state: StepState): Promise<void> {
    checkRun(this.program, first, last, batchRows);
    await this.lock.async(() => runSliced(this.range(first, last, batchRows, state)));
  }

  train(request: TrainRequest): TrainResult {
    checkTrain(this.program, request);
    return this.lock.sync(() => runToEnd(this.steps(request)));
  }

  async trainAsync(request: TrainRequest): Promise<TrainResult> {
    checkTrain(this.program, request);
    return await this.lock.async(() => runSliced(this.steps(request)));
  }

  cancel(): void {
    this.lock.cancel();
  }

  dispose(): void {
    this.lock.dispose(() => {});
  }

  /** Executes instructions; stops after each so that a caller can yield to the event loop. */
  private *range(first: number, last: number, batchRows: number, state: StepState): Generator<void, void> {
    for (const [t, { batch, rows }] of this.program.tensors.entries()) {
      (this.matrices[t] as Matrix).rows = batch ? batchRows : rows;
    }
    for (const instruction of this.program.instructions.slice(first, last)) {
      interpreter[instruction.op](new Execution(instruction, this.matrices, state));
      yield;
    }
  }

  /** The steps of a training run, in the order that FFTrain in native/feedforward.h tells. */
  private *steps(request: TrainRequest): Generator<void, TrainResult> {
    const { first, updateFirst, reports } = request;
    const count = Math.ceil(request.order.length / request.batchRows);
    const width = reportWidth(this.program, reports);
    const values = new Float32Array(count * width);
    const result = (steps: number, filled: number, status: TrainResult["status"]): TrainResult => ({
      steps,
      reports: values.slice(0, filled * width),
      status,
    });
    for (let s = 0; s < count; s++) {
      if (this.lock.cancelled) return result(s, s, "cancelled");
      const rows = rowsOfStep(request, s);
      this.gather(request, rows);
      yield* this.range(first, updateFirst, rows.length, computingState(request, s));
      this.report(reports, values.subarray(s * width));
      this.scatter(request, s * request.batchRows, rows.length);
      if (request.stopIfNotFinite === true && width > 0 && !Number.isFinite(values[s * width])) {
        return result(s, s + 1, "notFinite");
      }
      const { state, end } = updatingState(request, s);
      yield* this.range(updateFirst, end, rows.length, state);
    }
    return result(count, count, "done");
  }

  private gather({ columns }: TrainRequest, rows: Int32Array): void {
    for (const { tensor, data, width } of columns) {
      const target = (this.matrices[tensor] as Matrix).data;
      for (const [r, row] of rows.entries()) target.set(data.subarray(row * width, (row + 1) * width), r * width);
    }
  }

  private scatter({ outputs = [] }: TrainRequest, firstRow: number, rows: number): void {
    for (const { tensor, data, width } of outputs) {
      data.set((this.matrices[tensor] as Matrix).data.subarray(0, rows * width), firstRow * width);
    }
  }

  private report(reports: readonly number[], values: Float32Array): void {
    let at = 0;
    for (const tensor of reports) {
      const { data } = this.matrices[tensor] as Matrix;
      values.set(data, at);
      at += data.length;
    }
  }
}
