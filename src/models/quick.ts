// The shortest way for a few rows: predictions and steps that take microseconds, without a request, an order of rows, a generator
// or another thread. Its bits are those of the long way. Whatever is out of the ordinary gives null here, before anything has
// changed, and goes the long way, which has the messages; only the checks of data, which both have, throw.

import { runToEnd } from "../backends/time-slice.js";
import type { Logs } from "../callbacks/callback.js";
import type { PlannedTensor } from "../graph/compile.js";
import { Lbfgs } from "../optimizers/lbfgs.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { isTensorLike, Tensor } from "../tensor.js";
import type { ModelCore } from "./core.js";
import { checkInputs, inputMatrices, type Matrix } from "./data.js";
import { defaultBatchSize } from "./options.js";
import { prepareData } from "./prepare-data.js";
import type { Routine, Session } from "./session.js";
import { isBatches } from "./stream.js";
import { Tally } from "./tally.js";
import { checkTrainedWeights } from "./trained-weights.js";

// Below this, data is checked in well under a millisecond.
const mostValues = 1 << 17;

/** Whether something that is thought to take so many milliseconds may be done at once. */
export type MayRun = (milliseconds: number) => boolean;

/** The outputs for rows x, as `predict` without options gives them; null when it must go the long way. */
export function predictQuickly(
  core: ModelCore,
  method: string,
  x: unknown,
  mayRun: MayRun = always,
): Tensor<Float32Array>[] | null {
  const session = core.standingSession;
  if (session === null) return null;
  const { executable, predict, needs } = session;
  const mostRows = Math.min(needs.batchRows, defaultBatchSize);
  if (isBatches(x) || isLarge(x, predict, mostRows)) return null;
  const where = core.where(method);
  const inputs = inputMatrices(where, x, core.inputs, true);
  const rows = inputs[0]?.rows ?? 0;
  if (rows > mostRows || !mayRun(core.timings.predict * rows)) return null;
  runToEnd(checkInputs(where, inputs, core.inputs.names));
  writeRows(session, predict.inputs, inputs);
  executable.run(predict.first, predict.updateFirst, rows, { learningRate: 0, step: core.step, seed: core.seed });
  return predict.outputs.map(({ offset, columns }, i) => {
    const shape = core.outputs.tensors[i]?.shape.slice(1) as number[];
    return new Tensor(executable.read(offset, rows * columns), Object.freeze([rows, ...shape]));
  });
}

/** One step on all rows, as `trainOnBatch` without options does it; null when it must go the long way. */
export function trainQuickly(
  core: ModelCore,
  method: string,
  x: unknown,
  y: unknown,
  mayRun: MayRun = always,
): Logs | null {
  const session = core.standingSession;
  const { plan } = core;
  if (session === null || plan === null || core.training !== null || plan.optimizer instanceof Lbfgs) return null;
  const { train, needs, program } = session;
  if (train === null || !program.learns || train.weights.some((weight) => weight !== null)) return null;
  if (isBatches(x) || isLarge(x, train, needs.batchRows)) return null;
  const { rows, inputs, targets } = runToEnd(prepareData(core, method, x, y, {}));
  if (rows > needs.batchRows || !mayRun(core.timings.train * rows)) return null;
  if (targets.some((target, i) => (target?.width ?? 0) !== needs.targetWidths[i])) return null;
  writeRows(session, train.inputs, inputs);
  writeRows(session, train.targets, targets);
  const tally = takeStep(core, plan.optimizer, session, train, rows);
  if (tally === null) return null;
  core.stopTraining = false;
  checkTrainedWeights(core, method);
  return tally.results();
}

/** Computes, and updates unless the loss is not finite: then nothing has changed. */
function takeStep(
  core: ModelCore,
  optimizer: Optimizer,
  { executable, program }: Session,
  train: Routine,
  rows: number,
): Tally | null {
  const { first, updateFirst, applyFirst, last, reports, reported } = train;
  const { step, seed } = core;
  const applyEvery = optimizer.common.accumulationSteps ?? 1;
  // As in the list of rates that the long way makes.
  const learningRate = Math.fround(optimizer.rateAt(step));
  executable.run(first, updateFirst, rows, { learningRate, step, seed });
  const tally = new Tally(reports);
  const values = new Float32Array(tally.width);
  let filled = 0;
  for (const index of reported) {
    const { offset, columns } = program.tensors[index] as PlannedTensor;
    values.set(executable.read(offset, columns), filled);
    filled += columns;
  }
  if (!Number.isFinite(values[0])) return null;
  const end = (step + 1) % applyEvery === 0 ? last : applyFirst;
  executable.run(updateFirst, end, rows, { learningRate, step: Math.floor(step / applyEvery), seed });
  core.step++;
  tally.add(values, 0, rows);
  return tally;
}

/** True for data that is not worth a second look; the exact number of rows is found later. */
function isLarge(x: unknown, { inputs }: Routine, mostRows: number): boolean {
  const columns = inputs.reduce((sum, input) => sum + input.columns, 0);
  const most = Math.min(mostValues, mostRows * columns);
  if (ArrayBuffer.isView(x)) return x.byteLength > 8 * most;
  if (isTensorLike(x)) return x.data.byteLength > 8 * most;
  return Array.isArray(x) && x.length > Math.max(mostRows, columns);
}

function writeRows(
  { executable }: Session,
  places: readonly (PlannedTensor | null)[],
  matrices: readonly (Matrix | null)[],
): void {
  for (const [i, place] of places.entries()) {
    if (place !== null) executable.write(place.offset, (matrices[i] as Matrix).data);
  }
}

function always(): boolean {
  return true;
}
