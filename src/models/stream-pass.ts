// Evaluation and prediction over batches that come from an iterator.

import type { TrainRequest, TrainResult } from "../backends/backend.js";
import { currentBackend } from "../backends/registry.js";
import type { Logs } from "../callbacks/callback.js";
import { explain } from "../errors.js";
import { Tensor } from "../tensor.js";
import { BatchReader } from "./batch-reader.js";
import { type Chunk, rowsInOrder } from "./chunk.js";
import type { ModelCore } from "./core.js";
import { Pace } from "./pace.js";
import { bindColumns, needsOf, passRequest } from "./predict.js";
import { readInputs, readScored } from "./prepare-data.js";
import type { Routine, Session } from "./session.js";
import type { Batches } from "./stream.js";
import { Tally } from "./tally.js";
import { execute, finish, type Procedure, type Started, start } from "./task.js";

/** A pass over an iterable. */
export interface StreamSpan {
  readonly batches: Batches;
  /** Batches to read; null for all. */
  readonly steps: number | null;
  readonly signal: AbortSignal | undefined;
  /** Behind the name of the method in errors: ", validationData". */
  readonly place: string;
}

/** Loss and metrics over batches. */
export function* evaluateBatches(core: ModelCore, method: string, span: StreamSpan): Procedure<Logs> {
  const where = `${core.where(method)}${span.place}`;
  const convert = readScored(core, method, undefined, span.place);
  const { signal, batches } = span;
  const reader = new BatchReader(batches, { where, convert, signal, aborted: () => core.aborted(method, signal) });
  let tally: Tally | null = null;
  const build = (session: Session, { data, batchRows }: Chunk) => {
    const routine = session.evaluate as Routine;
    tally ??= new Tally(routine.reports);
    return passRequest(core, routine, rowsInOrder(data.rows), batchRows, bindColumns(routine, data));
  };
  yield* passOverBatches(core, method, "evaluate", reader, span, build, ({ reports }, { data, batchRows }) => {
    for (let s = 0; s * batchRows < data.rows; s++) {
      tally?.add(reports, s, Math.min(batchRows, data.rows - s * batchRows));
    }
  });
  // Typed as null where it is only assigned in a closure.
  return (tally as Tally | null)?.results() ?? {};
}

/** The outputs for the rows of all batches. */
export function* predictBatches(core: ModelCore, method: string, span: StreamSpan): Procedure<Tensor<Float32Array>[]> {
  const where = core.where(method);
  const { signal, batches } = span;
  const convert = readInputs(core, method);
  const reader = new BatchReader(batches, { where, convert, signal, aborted: () => core.aborted(method, signal) });
  /** For each chunk the rows of each output. */
  const parts: Float32Array[][] = [];
  const build = (session: Session, { data, batchRows }: Chunk) => {
    const routine = session.predict;
    const request = passRequest(core, routine, rowsInOrder(data.rows), batchRows, bindColumns(routine, data));
    const outputs = routine.outputs.map(({ index, columns: width }) => {
      return { tensor: index, data: new Float32Array(data.rows * width), width };
    });
    parts.push(outputs.map(({ data: values }) => values));
    return { ...request, outputs };
  };
  const rows = yield* passOverBatches(core, method, "predict", reader, span, build);
  return core.outputs.tensors.map(({ shape }, i) => {
    const all = concatenate(parts.map((part) => part[i] as Float32Array));
    return new Tensor(all, Object.freeze([rows, ...(shape.slice(1) as number[])]));
  });
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Reads a chunk while the core works on the one before; gives the number of rows. */
function* passOverBatches(
  core: ModelCore,
  method: string,
  kind: "predict" | "evaluate",
  reader: BatchReader,
  { steps, signal, place }: StreamSpan,
  request: (session: Session, chunk: Chunk) => TrainRequest,
  collect: (result: TrainResult, chunk: Chunk) => void = () => {},
): Procedure<number> {
  let left = steps ?? Number.POSITIVE_INFINITY;
  let rows = 0;
  let pace: Pace | null = null;
  reader.open();
  try {
    // The very first chunk is a moment even for a large network.
    let chunk = yield* reader.gather(Math.min(16, left));
    if (chunk === null) {
      throw new RangeError(explain(`${core.where(method)}${place}`, "expected one or more batches", "none"));
    }
    while (chunk !== null) {
      const { data, batchRows }: Chunk = chunk;
      const count = Math.ceil(data.rows / batchRows);
      left -= count;
      pace ??= new Pace(currentBackend().offThread, core.timings[kind] * batchRows);
      const next: Started<Chunk | null> | null =
        left > 0 ? yield* start(reader.gather(Math.min(Math.max(16, pace.steps), left))) : null;
      if (signal?.aborted === true || core.disposed) throw core.aborted(method, signal);
      const began = performance.now();
      const current = chunk;
      const result = yield* execute(() => {
        const session = core.session(method, kind === "predict" ? predictNeeds(batchRows) : needsOf(data, batchRows));
        return { executable: session.executable, request: request(session, current) };
      }, pace.estimate(count));
      if (result.status === "cancelled") throw core.aborted(method, signal);
      pace.observe(count, performance.now() - began);
      core.timings[kind] = pace.perStep / batchRows;
      collect(result, chunk);
      rows += data.rows;
      chunk = next === null ? null : yield* finish(next);
    }
  } finally {
    yield* reader.close();
  }
  return rows;
}

function predictNeeds(batchRows: number) {
  return { batchRows, targetWidths: [], weighted: [] };
}
