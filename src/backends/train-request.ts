// Checks of the arguments of an execution against its program, for the backends that gather rows in JavaScript.
// The same conditions hold in the core, which checks them again where it takes the rows by itself.

import { BackendError, explain } from "../errors.js";
import type { DecodedProgram } from "../program/decode.js";
import type { Column, StepState, TrainRequest } from "./backend.js";

type Limits = Pick<DecodedProgram, "tensors" | "batchRows"> & { readonly instructions: { readonly length: number } };

function refuse(expectation: string, received: unknown): never {
  throw new BackendError(explain("program", expectation, received));
}

const isCount = (value: number, minimum: number, maximum: number) =>
  Number.isInteger(value) && value >= minimum && value <= maximum;

export function checkArenaRange(arenaLength: number, offset: number, length: number): void {
  if (!isCount(offset, 0, arenaLength) || !isCount(length, 0, arenaLength - offset)) {
    refuse(`the range must lie in the arena of ${arenaLength} floats`, `${length} from ${offset}`);
  }
}

export function checkRun(program: Limits, first: number, last: number, batchRows: number): void {
  const count = program.instructions.length;
  if (!isCount(last, 0, count) || !isCount(first, 0, last)) {
    refuse(`instructions must be a range of [0, ${count})`, `[${first}, ${last})`);
  }
  if (!isCount(batchRows, 1, program.batchRows)) refuse(`batchRows must be in 1..${program.batchRows}`, batchRows);
}

export function checkTrain(program: Limits, request: TrainRequest): void {
  const { first, updateFirst, last, batchRows, order, learningRates, columns, outputs = [], reports } = request;
  checkRun(program, first, last, batchRows);
  if (!isCount(updateFirst, first, last)) refuse(`updateFirst must be in ${first}..${last}`, updateFirst);
  const { applyFirst, applyEvery } = applyOf(request);
  if (!isCount(applyFirst, updateFirst, last)) refuse(`applyFirst must be in ${updateFirst}..${last}`, applyFirst);
  if (!isCount(applyEvery, 1, 0xffffffff)) refuse("applyEvery must be an integer of at least 1", applyEvery);
  const steps = Math.ceil(order.length / batchRows);
  if (last > updateFirst && (learningRates?.length ?? 0) < steps) {
    refuse(`expected ${steps} learning rates`, learningRates?.length ?? "none");
  }
  let rows = Number.POSITIVE_INFINITY;
  for (const column of columns) {
    checkColumn(program, column);
    rows = Math.min(rows, Math.floor(column.data.length / column.width));
  }
  for (const row of order) {
    if (row < 0 || row >= rows) refuse(`row numbers must be in [0, ${rows})`, row);
  }
  for (const output of outputs) {
    checkColumn(program, output);
    if (output.data.length < order.length * output.width) {
      refuse(`an output needs ${order.length * output.width} values`, output.data.length);
    }
  }
  for (const tensor of reports) {
    const entry = program.tensors[tensor];
    if (entry === undefined || entry.batch || entry.rows !== 1) {
      refuse("reports must be fixed tensors of one row", `tensor ${tensor}`);
    }
  }
}

function checkColumn(program: Limits, { tensor, width }: Pick<Column, "tensor" | "width">): void {
  const entry = program.tensors[tensor];
  if (entry?.batch !== true) refuse("columns must be bound to batch tensors", `tensor ${tensor}`);
  if (entry.columns !== width) refuse(`tensor ${tensor} has ${entry.columns} columns`, width);
}

/** How many values the reports of one step have. A tensor that does not exist has none; `checkTrain` refuses it. */
export function reportWidth({ tensors }: Pick<Limits, "tensors">, reports: readonly number[]): number {
  return reports.reduce((total, tensor) => total + (tensors[tensor]?.columns ?? 0), 0);
}

/** Which updating instructions wait for every so-many-th step, with the defaults. */
export function applyOf({ updateFirst, applyFirst, applyEvery }: TrainRequest): {
  applyFirst: number;
  applyEvery: number;
} {
  return { applyFirst: applyFirst ?? updateFirst, applyEvery: applyEvery ?? 1 };
}

/** What the computing instructions of step s see. The counter advances only when something is updated. */
export function computingState(request: TrainRequest, s: number): StepState {
  const { learningRates, step, seed, updateFirst, last } = request;
  return { learningRate: learningRates?.[s] ?? 0, step: last > updateFirst ? step + s : step, seed };
}

/** What the updating instructions of step s see, and where they end. */
export function updatingState(request: TrainRequest, s: number): { state: StepState; end: number } {
  const state = computingState(request, s);
  const { applyFirst, applyEvery } = applyOf(request);
  const end = (state.step + 1) % applyEvery === 0 ? request.last : applyFirst;
  return { state: { ...state, step: Math.floor(state.step / applyEvery) }, end };
}

/** The rows that step s takes. */
export function rowsOfStep({ order, batchRows }: TrainRequest, s: number): Int32Array {
  return order.subarray(s * batchRows, (s + 1) * batchRows);
}
