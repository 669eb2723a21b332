// Executes a prediction or a training step instruction by instruction and records the numbers that each one reads and writes.
// The step is not taken: weights, state of layers and of the optimizer are as they were before.

import { checkOptions, explain } from "../errors.js";
import { printOperation } from "../program/print.js";
import type { ModelCore } from "./core.js";
import { checkInputs, type Dataset, inputMatrices } from "./data.js";
import { gatherRows } from "./gather-rows.js";
import { onBatchNames, type TrainOnBatchOptions } from "./options.js";
import { needsOf } from "./predict.js";
import { prepareData } from "./prepare-data.js";
import type { Routine, Session } from "./session.js";
import { idle, type Procedure } from "./task.js";

/** A matrix that an instruction reads or writes. */
export interface TracedTensor {
  /** Of inputs and weights their own, `d(hidden/kernel)` for the gradient of hidden/kernel, else `t7`. */
  readonly name: string;
  readonly shape: readonly [rows: number, columns: number];
  /** A copy of the values, row by row. */
  readonly data: Float32Array;
}

/** An instruction of the compiled program with its numbers. */
export interface TracedInstruction {
  /** "forward" computes outputs, loss and metrics, "backward" the gradients, "update" the new weights. */
  readonly phase: "forward" | "backward" | "update";
  /** As in the printed program: `dense`, `lossGrad`, `update`. */
  readonly op: string;
  /** The layer, loss or metric for which it computes; empty for the optimizer. */
  readonly layer: string;
  /** `t5 = dense x, hidden/kernel, b=hidden/bias; relu` */
  readonly text: string;
  /** As they were before the instruction. */
  readonly inputs: readonly TracedTensor[];
  /** As they are behind it. */
  readonly outputs: readonly TracedTensor[];
}

// Floats of a whole record: 64 MB.
const mostRecorded = 1 << 24;

/** `y` is undefined for a prediction. */
export function* trace(
  core: ModelCore,
  method: string,
  x: unknown,
  y: unknown,
  options: TrainOnBatchOptions,
): Procedure<TracedInstruction[]> {
  const where = core.where(method);
  core.checkAlive(method);
  checkOptions(where, options, onBatchNames);
  const data = y === undefined ? yield* unscored(core, method, x) : yield* prepareData(core, method, x, y, options);
  yield* idle();
  core.checkAlive(method);
  if (y === undefined) {
    const session = core.session(method, { batchRows: data.rows, targetWidths: [], weighted: [] });
    return record(core, where, session, session.predict, data);
  }
  const session = core.trainingSession(method, needsOf(data, data.rows));
  return record(core, where, session, session.train as Routine, data);
}

function* unscored(core: ModelCore, method: string, x: unknown): Procedure<Dataset> {
  const where = core.where(method);
  core.buildFor(method, x);
  const inputs = inputMatrices(where, x, core.inputs, true);
  yield* checkInputs(where, inputs, core.inputs.names);
  return { rows: inputs[0]?.rows ?? 0, inputs, targets: [], weights: [] };
}

function record(
  core: ModelCore,
  where: string,
  session: Session,
  routine: Routine,
  data: Dataset,
): TracedInstruction[] {
  const { executable, program } = session;
  const { rows } = data;
  const { step, seed, plan } = core;
  const applyEvery = plan?.optimizer.common.accumulationSteps ?? 1;
  const end = (step + 1) % applyEvery === 0 ? routine.last : routine.applyFirst;
  const indices = Array.from({ length: end - routine.first }, (_, i) => routine.first + i);
  const sizeOf = (tensor: number): readonly [number, number] => {
    const { batch, rows: most, columns } = program.tensors[tensor] as (typeof program.tensors)[number];
    return [batch ? rows : most, columns];
  };
  checkSize(where, session, indices, sizeOf);
  const read = (tensor: number): TracedTensor => {
    const shape = sizeOf(tensor);
    const { offset = 0 } = program.tensors[tensor] ?? {};
    return { name: program.printable.names[tensor] ?? "", shape, data: executable.read(offset, shape[0] * shape[1]) };
  };
  const scored = lastReport(session, routine);
  const phaseOf = (i: number) => (i >= routine.updateFirst ? "update" : i > scored ? "backward" : "forward");
  const learningRate = plan === null ? 0 : Math.fround(plan.optimizer.rateAt(step));
  const restore = keepState(session);
  try {
    gatherRows(
      executable,
      routine,
      data,
      Int32Array.from({ length: rows }, (_, i) => i),
    );
    return indices.map((i) => {
      const { op, layer, ...operands } = program.instructions[i] as (typeof program.instructions)[number];
      const phase = phaseOf(i);
      const inputs = operands.inputs.map(read);
      const updates = phase === "update" ? Math.floor(step / applyEvery) : step;
      executable.run(i, i + 1, rows, { learningRate, step: updates, seed });
      const outputs = operands.outputs.map(read);
      const text = `${outputs.map(({ name }) => name).join(", ")} = ${printOperation(program.printable, i)}`;
      return { phase, op, layer, text, inputs, outputs };
    });
  } finally {
    restore();
  }
}

/** The last instruction that the loss and the metrics need: gradients come behind it. A prediction has none. */
function lastReport({ program }: Session, { first, updateFirst, reported }: Routine): number {
  if (reported.length === 0) return updateFirst;
  for (let i = updateFirst - 1; i >= first; i--) {
    if (program.instructions[i]?.outputs.some((tensor) => reported.includes(tensor))) return i;
  }
  return first - 1;
}

function checkSize(
  where: string,
  { program }: Session,
  indices: readonly number[],
  sizeOf: (tensor: number) => readonly [number, number],
): void {
  let size = 0;
  for (const i of indices) {
    const { inputs = [], outputs = [] } = program.instructions[i] ?? {};
    for (const tensor of [...inputs, ...outputs]) size += sizeOf(tensor)[0] * sizeOf(tensor)[1];
  }
  if (size <= mostRecorded) return;
  const remedy = "Give fewer rows, or trace a smaller model.";
  throw new RangeError(explain(where, `expected a record of at most ${mostRecorded} numbers`, String(size), remedy));
}

/** Copies what an update may change; the function that it gives puts it back. */
function keepState({ executable, program }: Session): () => void {
  const numbers = program.numbers.map(({ offset }) => ({ offset, length: 1 }));
  const regions = [program.parameters, ...program.slots.map(({ region }) => region), ...numbers];
  const kept = regions.map(({ offset, length }) => ({ offset, values: executable.read(offset, length) }));
  return () => {
    for (const { offset, values } of kept) executable.write(offset, values);
  };
}
