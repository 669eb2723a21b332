// Prediction and evaluation: passes over data without training.

import type { Column, TrainRequest } from "../backends/backend.js";
import { currentBackend } from "../backends/registry.js";
import type { Logs } from "../callbacks/callback.js";
import { Tensor } from "../tensor.js";
import { fillInOrder } from "./batches.js";
import type { ModelCore } from "./core.js";
import type { Dataset, Matrix } from "./data.js";
import { Pace } from "./pace.js";
import type { Needs, Routine, Session } from "./session.js";
import { Tally } from "./tally.js";
import { execute, type Procedure } from "./task.js";

/** A pass over rows: `count` of them from `first`. */
export interface Span {
  readonly first: number;
  readonly count: number;
  readonly batchSize: number;
}

/** Binds a data set to the tensors of a routine. Rows without weights count 1 in a program with weights. */
export function bindColumns(
  routine: Routine,
  data: Pick<Dataset, "inputs"> & Partial<Pick<Dataset, "targets" | "weights">>,
): Column[] {
  const rows = data.inputs[0]?.rows ?? 0;
  const columns: Column[] = routine.inputs.map((planned, i) => column(planned.index, data.inputs[i] as Matrix));
  routine.targets.forEach((planned, i) => {
    if (planned !== null) columns.push(column(planned.index, data.targets?.[i] as Matrix));
  });
  routine.weights.forEach((planned, i) => {
    if (planned === null) return;
    columns.push({ tensor: planned.index, data: data.weights?.[i] ?? new Float32Array(rows).fill(1), width: 1 });
  });
  return columns;
}

/** What training and evaluation need of a program. */
export function needsOf({ targets, weights }: Dataset, batchRows: number): Needs {
  return {
    batchRows,
    targetWidths: targets.map((target) => target?.width ?? 0),
    weighted: weights.map((numbers) => numbers !== null),
  };
}

function column(tensor: number, matrix: Matrix): Column {
  return { tensor, data: matrix.data, width: matrix.width };
}

/** The request of a pass that changes nothing. */
export function passRequest(
  core: ModelCore,
  routine: Routine,
  order: Int32Array,
  batchRows: number,
  columns: readonly Column[],
): TrainRequest {
  const { first, updateFirst, reported: reports } = routine;
  const { step, seed } = core;
  return { first, updateFirst, last: updateFirst, batchRows, order, learningRates: null, step, seed, columns, reports };
}

/** Computes the outputs for all rows. */
export function* predictProcedure(
  core: ModelCore,
  method: string,
  inputs: readonly Matrix[],
  batchSize: number,
  signal: AbortSignal | undefined,
): Procedure<Tensor<Float32Array>[]> {
  const rows = inputs[0]?.rows ?? 0;
  const shapes = core.outputs.tensors.map(({ shape }) => shape.slice(1) as number[]);
  const results = shapes.map((shape) => {
    const width = shape.reduce((a, b) => a * b, 1);
    return { data: new Float32Array(rows * width), width };
  });
  const span = { first: 0, count: rows, batchSize };
  const needs = { batchRows: batchSize, targetWidths: [], weighted: [] };
  yield* passOver({ core, method, kind: "predict", span, signal, needs }, (session, order, done) => {
    const routine = session.predict;
    const request = passRequest(core, routine, order, batchSize, bindColumns(routine, { inputs }));
    const outputs = results.map(({ data, width }, i) => {
      const part = order.length === rows ? data : data.subarray(done * width, (done + order.length) * width);
      return { tensor: routine.outputs[i]?.index ?? 0, data: part, width };
    });
    return { ...request, outputs };
  });
  return results.map(({ data }, i) => new Tensor(data, Object.freeze([rows, ...(shapes[i] as number[])])));
}

/** Loss and metrics over rows of a data set. */
export function* evaluateProcedure(
  core: ModelCore,
  method: string,
  data: Dataset,
  span: Span,
  signal: AbortSignal | undefined,
): Procedure<Logs> {
  core.compiled(method);
  let tally: Tally | null = null;
  const needs = needsOf(data, span.batchSize);
  const build = (session: Session, order: Int32Array) => {
    const routine = session.evaluate as Routine;
    tally ??= new Tally(routine.reports);
    return passRequest(core, routine, order, span.batchSize, bindColumns(routine, data));
  };
  yield* passOver({ core, method, kind: "evaluate", span, signal, needs }, build, (values, rows) => {
    for (let s = 0; s * span.batchSize < rows; s++) {
      tally?.add(values, s, Math.min(span.batchSize, rows - s * span.batchSize));
    }
  });
  // Typed as null where it is only assigned in a closure.
  return (tally as Tally | null)?.results() ?? {};
}

interface Passage {
  readonly core: ModelCore;
  readonly method: string;
  readonly kind: "predict" | "evaluate";
  readonly span: Span;
  readonly signal: AbortSignal | undefined;
  readonly needs: Needs;
}

/** Goes over a span in calls of whole batches, as many as the pace allows. `collect` gets the reports on so many rows. */
function* passOver(
  { core, method, kind, span, signal, needs }: Passage,
  request: (session: Session, order: Int32Array, done: number) => TrainRequest,
  collect: (values: Float32Array, rows: number) => void = () => {},
): Procedure<void> {
  const { batchSize, count } = span;
  const pace = new Pace(currentBackend().offThread, core.timings[kind] * batchSize);
  let done = 0;
  while (done < count) {
    if (signal?.aborted === true || core.disposed) throw core.aborted(method, signal);
    // The very first call has no measurement: sixteen batches are a moment even for a large network.
    const wanted = Number.isFinite(pace.perStep) ? Math.min(pace.steps, core.mostSteps) : 16;
    const rows = Math.min(count - done, batchSize * wanted);
    const order = new Int32Array(rows);
    fillInOrder(order, 0, span.first + done, rows);
    const at = done;
    const steps = Math.ceil(rows / batchSize);
    const began = performance.now();
    const result = yield* execute(() => {
      const session = core.session(method, needs);
      return { executable: session.executable, request: request(session, order, at) };
    }, pace.estimate(steps));
    if (result.status === "cancelled") throw core.aborted(method, signal);
    pace.observe(steps, performance.now() - began);
    core.timings[kind] = pace.perStep / batchSize;
    collect(result.reports, rows);
    done += rows;
  }
}
