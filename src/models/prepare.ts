// From the arguments of fit and evaluate to plans with checked data. Nothing of the model changes here, apart from a
// `sequential` learning its input shape.

import type { Callback, CallbackInput } from "../callbacks/callback.js";
import { describeValue, explain } from "../errors.js";
import type { ModelCore } from "./core.js";
import {
  checkInputs,
  checkTarget,
  type Dataset,
  type InputData,
  inputMatrices,
  type TargetData,
  targetMatrix,
} from "./data.js";
import type { FitPlan } from "./fit.js";
import { checkFitOptions, chooseBatchSize, type FitOptions, type ProgressWriter } from "./options.js";
import { distribute, placeOfPort } from "./ports.js";
import type { Span } from "./predict.js";
import { Progress } from "./progress.js";
import { rowWeights } from "./row-weights.js";
import type { Procedure } from "./task.js";

/** Checks x, y and weights against the model and its loss. */
export function* prepareData(
  core: ModelCore,
  method: string,
  x: unknown,
  y: unknown,
  weighting: { sampleWeight?: unknown; classWeight?: unknown; validationSplit?: number | undefined },
  place = "",
): Procedure<Dataset> {
  core.checkAlive(method);
  const { outputs } = core.compiled(method);
  const where = `${core.where(method)}${place}`;
  core.buildFor(method, x);
  const inputs = inputMatrices(where, x, core.inputs);
  const rows = inputs[0]?.rows ?? 0;
  const { names } = core.outputs;
  const things = names.map((_, i) => placeOfPort("y", names, i));
  const given = distribute(`${where}, y`, "tensors", "output", names, y);
  const targets = outputs.map(({ loss, metrics }, i) => {
    const part = given[i];
    if (loss === null && metrics.length === 0) return null;
    if (names.length === 1 || (part !== undefined && part !== null))
      return targetMatrix(where, part, rows, loss, core.outputWidths[i] as number, things[i]);
    const expectation = "expected targets for an output with a loss or metrics";
    throw new TypeError(explain(`${where}, ${things[i]}`, expectation, "none"));
  });
  yield* checkInputs(where, inputs, core.inputs.names);
  for (const [i, target] of targets.entries()) {
    if (target === null) continue;
    yield* checkTarget(where, target, outputs[i]?.loss ?? null, core.outputWidths[i] as number, things[i]);
  }
  const training = splitRows(where, rows, weighting.validationSplit).rows;
  const weights = rowWeights(where, weighting, outputs, targets, core.outputWidths[0] as number, training);
  return { rows, inputs, targets, weights };
}

/** Everything that `fit` needs. */
export function* prepareFit(
  core: ModelCore,
  method: string,
  x: InputData,
  y: TargetData,
  options: FitOptions,
): Procedure<FitPlan> {
  const where = core.where(method);
  core.checkAlive(method);
  const { optimizer } = core.compiled(method);
  checkFitOptions(where, options);
  const { sampleWeight, classWeight } = options;
  const validationSplit = options.validationData === undefined ? options.validationSplit : undefined;
  const data = yield* prepareData(core, method, x, y, { sampleWeight, classWeight, validationSplit });
  if (!core.trains) {
    const remedy = "Set layer.trainable = true and compile again.";
    throw new TypeError(explain(where, "expected one or more trainable weights", "none", remedy));
  }
  const { rows, kept } = splitRows(where, data.rows, validationSplit);
  const batchSize = chooseBatchSize(where, options.batchSize, rows, optimizer.fullBatch);
  const initialEpoch = options.initialEpoch ?? 0;
  const epochs = options.epochs ?? initialEpoch + 1;
  return {
    data,
    rows,
    batchSize,
    initialEpoch,
    epochs,
    shuffle: options.shuffle ?? true,
    validation: yield* prepareValidation(core, method, data, kept, batchSize, options),
    callbacks: listCallbacks(where, options),
    progress: new Progress(options.verbose ?? "auto", options.writer as ProgressWriter | undefined, epochs),
    signal: options.signal,
    finalizes: true,
  };
}

/** The last rows are kept for validation, before anything is shuffled, as in Keras. */
function splitRows(where: string, all: number, split: number | undefined): { rows: number; kept: number } {
  if (split === undefined || split === 0) return { rows: all, kept: 0 };
  const rows = Math.floor(all * (1 - split));
  if (rows > 0 && rows < all) return { rows, kept: all - rows };
  const parts = `${rows} and ${all - rows} of ${all}`;
  throw new RangeError(explain(where, "validationSplit must leave rows for training and for validation", parts));
}

function* prepareValidation(
  core: ModelCore,
  method: string,
  training: Dataset,
  kept: number,
  batchSize: number,
  options: FitOptions,
): Procedure<FitPlan["validation"]> {
  const every = options.validationFreq ?? 1;
  const span = (first: number, count: number): Span => {
    return { first, count, batchSize: Math.min(options.validationBatchSize ?? batchSize, count) };
  };
  if (options.validationData !== undefined) {
    const [x, y, sampleWeight] = options.validationData;
    const data = yield* prepareData(core, method, x, y, { sampleWeight }, ", validationData");
    return { data, span: span(0, data.rows), every };
  }
  if (kept === 0) return null;
  return { data: training, span: span(training.rows - kept, kept), every };
}

/** One list of callbacks from all the ways to give them. */
function listCallbacks(where: string, options: FitOptions): Callback[] {
  const { callbacks = [], onEpochEnd, onBatchEnd } = options;
  const given: readonly CallbackInput[] = Array.isArray(callbacks) ? callbacks : [callbacks as CallbackInput];
  const list = given.map((callback): Callback => {
    if (typeof callback === "function") return { onEpochEnd: callback };
    if (typeof callback === "object" && callback !== null) return callback;
    throw new TypeError(explain(where, "callbacks must be objects or functions", describeValue(callback)));
  });
  for (const [name, hook] of Object.entries({ onEpochEnd, onBatchEnd })) {
    if (hook !== undefined && typeof hook !== "function") {
      throw new TypeError(explain(where, `${name} must be a function`, describeValue(hook)));
    }
  }
  if (onEpochEnd !== undefined) list.push({ onEpochEnd });
  if (onBatchEnd !== undefined) list.push({ onBatchEnd });
  return list;
}
