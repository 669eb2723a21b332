// The procedures behind the methods of `Model`, from arguments to results.

import type { CallbackModel, Logs } from "../callbacks/callback.js";
import { checkOptions } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { adviseOnData } from "./advice.js";
import { isArraySet } from "./array-set.js";
import type { ModelCore } from "./core.js";
import { checkInputs, type InputData, inputMatrices, type Matrix, type TargetData } from "./data.js";
import { ArrayFeed } from "./feed.js";
import { type FitPlan, fitProcedure } from "./fit.js";
import type { History } from "./history.js";
import { rareCode } from "./late.js";
import {
  checkPassOptions,
  checkStreamOptions,
  chooseBatchSize,
  defaultBatchSize,
  type EvaluateOptions,
  type FitOptions,
  onBatchNames,
  type PredictOptions,
  type TrainOnBatchOptions,
} from "./options.js";
import { evaluateProcedure, predictProcedure } from "./predict.js";
import { prepareFit } from "./prepare.js";
import { prepareData } from "./prepare-data.js";
import { type Batches, isBatches } from "./stream.js";
import type { Procedure } from "./task.js";

/** fit */
export function* train(
  core: ModelCore,
  method: string,
  x: InputData | Batches,
  y: TargetData | undefined,
  options: FitOptions,
  model: CallbackModel,
): Procedure<History> {
  const plan = yield* prepareFit(core, method, x, y, options);
  adviseOnData(core, method, plan.feed, plan.warnings);
  return yield* trainPlan(core, method, plan, model);
}

/** trainOnBatch: an epoch of one step. */
export function* trainBatch(
  core: ModelCore,
  method: string,
  x: InputData,
  y: TargetData,
  options: TrainOnBatchOptions,
  model: CallbackModel,
): Procedure<Logs> {
  checkOptions(core.where(method), options, onBatchNames);
  const plan = yield* prepareFit(core, method, x, y, { ...options, shuffle: false, verbose: 0 });
  const { plan: arrays } = plan.feed as ArrayFeed;
  const feed = new ArrayFeed(core, { ...arrays, batchSize: arrays.rows });
  const history = yield* trainPlan(core, method, { ...plan, feed, finalizes: false }, model);
  return history.last();
}

function* trainPlan(core: ModelCore, method: string, plan: FitPlan, model: CallbackModel): Procedure<History> {
  const abort = () => core.cancel();
  plan.signal?.addEventListener("abort", abort);
  try {
    return yield* fitProcedure(core, method, plan, model);
  } finally {
    plan.signal?.removeEventListener("abort", abort);
    plan.progress.close();
    yield* plan.feed.close();
  }
}

/** evaluate */
export function* evaluate(
  core: ModelCore,
  method: string,
  x: InputData | Batches,
  y: TargetData | undefined,
  options: EvaluateOptions,
): Procedure<Logs> {
  const where = core.where(method);
  checkOptions(where, options, ["batchSize", "steps", "sampleWeight", "verbose", "signal"]);
  checkPassOptions(where, options);
  const { signal, steps = null } = options;
  if (isBatches(x)) {
    core.checkAlive(method);
    core.compiled(method);
    checkStreamOptions(where, y, options);
    const { evaluateBatches } = yield* rareCode();
    return yield* evaluateBatches(core, method, { batches: x, steps, signal, place: "" });
  }
  const data = yield* prepareData(core, method, x, y, options);
  const batchSize = chooseBatchSize(where, options.batchSize, data.rows, false);
  const count = Math.min(data.rows, (steps ?? data.rows) * batchSize);
  return yield* evaluateProcedure(core, method, data, { first: 0, count, batchSize }, signal);
}

/** testOnBatch */
export function* evaluateBatch(
  core: ModelCore,
  method: string,
  x: InputData,
  y: TargetData,
  options: TrainOnBatchOptions,
): Procedure<Logs> {
  checkOptions(core.where(method), options, onBatchNames);
  const data = yield* prepareData(core, method, x, y, options);
  const span = { first: 0, count: data.rows, batchSize: data.rows };
  return yield* evaluateProcedure(core, method, data, span, undefined);
}

/** predict, and with `whole` predictOnBatch. */
export function* predict(
  core: ModelCore,
  method: string,
  given: InputData | Batches,
  options: PredictOptions,
  whole = false,
): Procedure<Tensor<Float32Array>[]> {
  const x = isArraySet(given) ? given.x : given;
  const where = core.where(method);
  core.checkAlive(method);
  checkOptions(where, options, ["batchSize", "steps", "verbose", "signal"]);
  checkPassOptions(where, options);
  const { signal, steps = null } = options;
  if (isBatches(x) && !whole) {
    checkStreamOptions(where, undefined, { batchSize: options.batchSize });
    const { predictBatches } = yield* rareCode();
    return yield* predictBatches(core, method, { batches: x, steps, signal, place: "" });
  }
  core.buildFor(method, x);
  const all = inputMatrices(where, x, core.inputs, true);
  const inputs =
    steps === null ? all : all.map((matrix) => firstRows(matrix, steps * (options.batchSize ?? defaultBatchSize)));
  yield* checkInputs(where, inputs, core.inputs.names);
  // A large batch for few rows is harmless here, unlike in training, where it changes the steps.
  const rows = inputs[0]?.rows ?? 0;
  const batchSize = whole ? rows : Math.min(options.batchSize ?? defaultBatchSize, rows);
  return yield* predictProcedure(core, method, inputs, batchSize, signal);
}

function firstRows({ data, rows, width }: Matrix, most: number): Matrix {
  const count = Math.min(rows, most);
  return { data: data.subarray(0, count * width), rows: count, width };
}
