// The procedures behind the methods of `Model`, from arguments to results.

import type { CallbackModel, Logs } from "../callbacks/callback.js";
import { checkOptions } from "../errors.js";
import type { Tensor } from "../tensor.js";
import type { ModelCore } from "./core.js";
import { checkInputs, type InputData, inputMatrices, type TargetData } from "./data.js";
import { type FitPlan, fitProcedure } from "./fit.js";
import type { History } from "./history.js";
import {
  checkPassOptions,
  chooseBatchSize,
  type EvaluateOptions,
  type FitOptions,
  type PredictOptions,
  type TrainOnBatchOptions,
} from "./options.js";
import { evaluateProcedure, predictProcedure } from "./predict.js";
import { prepareData, prepareFit } from "./prepare.js";
import type { Procedure } from "./task.js";

const onBatchNames = ["sampleWeight", "classWeight"];

/** fit */
export function* train(
  core: ModelCore,
  method: string,
  x: InputData,
  y: TargetData,
  options: FitOptions,
  model: CallbackModel,
): Procedure<History> {
  return yield* trainPlan(core, method, yield* prepareFit(core, method, x, y, options), model);
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
  const history = yield* trainPlan(core, method, { ...plan, batchSize: plan.rows, finalizes: false }, model);
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
  }
}

/** evaluate */
export function* evaluate(
  core: ModelCore,
  method: string,
  x: InputData,
  y: TargetData,
  options: EvaluateOptions,
): Procedure<Logs> {
  const where = core.where(method);
  checkOptions(where, options, ["batchSize", "sampleWeight", "verbose", "signal"]);
  checkPassOptions(where, options);
  const data = yield* prepareData(core, method, x, y, options);
  const batchSize = chooseBatchSize(where, options.batchSize, data.rows, false);
  return yield* evaluateProcedure(core, method, data, { first: 0, count: data.rows, batchSize }, options.signal);
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
  x: InputData,
  options: PredictOptions,
  whole = false,
): Procedure<Tensor<Float32Array>[]> {
  const where = core.where(method);
  core.checkAlive(method);
  checkOptions(where, options, ["batchSize", "verbose", "signal"]);
  checkPassOptions(where, options);
  core.buildFor(method, x);
  const inputs = inputMatrices(where, x, core.inputs, true);
  yield* checkInputs(where, inputs, core.inputs.names);
  // A large batch for few rows is harmless here, unlike in training, where it changes the steps.
  const rows = inputs[0]?.rows ?? 0;
  const batchSize = whole ? rows : Math.min(options.batchSize ?? 32, rows);
  return yield* predictProcedure(core, method, inputs, batchSize, options.signal);
}
