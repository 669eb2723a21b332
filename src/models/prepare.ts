// From the arguments of fit to a plan: where its steps come from, and what happens around them.

import type { Callback, CallbackInput } from "../callbacks/callback.js";
import { Progress, type ProgressWriter } from "../callbacks/progress.js";
import { describeValue, explain } from "../errors.js";
import type { ModelCore } from "./core.js";
import { Course } from "./course.js";
import type { Dataset, InputData, TargetData } from "./data.js";
import { ArrayFeed, type TrainingFeed } from "./feed.js";
import type { FitPlan } from "./fit.js";
import { rareCode } from "./late.js";
import { checkFitOptions, checkStreamOptions, chooseBatchSize, type FitOptions } from "./options.js";
import { evaluateProcedure } from "./predict.js";
import { prepareData, readScored, splitRows } from "./prepare-data.js";
import { type Batches, isBatches } from "./stream.js";
import type { Procedure } from "./task.js";
import { Warnings } from "./warnings.js";

/** Everything that `fit` needs. */
export function* prepareFit(
  core: ModelCore,
  method: string,
  x: InputData | Batches,
  y: TargetData | undefined,
  options: FitOptions,
): Procedure<FitPlan> {
  const where = core.where(method);
  core.checkAlive(method);
  core.compiled(method);
  checkFitOptions(where, options);
  const initialEpoch = options.initialEpoch ?? 0;
  const epochs = options.epochs ?? initialEpoch + 1;
  const callbacks = listCallbacks(where, options);
  const streamed = isBatches(x);
  const source = streamed
    ? yield* prepareStream(core, method, x, y, options, epochs - initialEpoch)
    : yield* prepareArrays(core, method, x, y, options);
  try {
    checkTrains(core, method);
    const warnings = new Warnings(options.verbose === 0);
    return {
      feed: source.feed,
      initialEpoch,
      epochs,
      validation: yield* prepareValidation(core, method, source.kept, source.feed.batchRows, options),
      callbacks,
      progress: new Progress(options.verbose ?? "auto", options.writer as ProgressWriter | undefined, epochs),
      warnings,
      course: new Course(where, warnings),
      signal: options.signal,
      finalizes: true,
    };
  } catch (error) {
    yield* source.feed.close();
    throw error;
  }
}

/** Where the steps come from, and the rows that are kept for validation. */
interface Source {
  readonly feed: TrainingFeed;
  readonly kept: { readonly data: Dataset; readonly first: number } | null;
}

function* prepareArrays(
  core: ModelCore,
  method: string,
  x: InputData,
  y: unknown,
  options: FitOptions,
): Procedure<Source> {
  const where = core.where(method);
  const { sampleWeight, classWeight, stepsPerEpoch, shuffle = true } = options;
  const validationSplit = options.validationData === undefined ? options.validationSplit : undefined;
  const data = yield* prepareData(core, method, x, y, { sampleWeight, classWeight, validationSplit });
  const { rows, kept } = splitRows(where, data.rows, validationSplit);
  const batchSize = chooseBatchSize(where, options.batchSize, rows, core.compiled(method).optimizer.fullBatch);
  const feed = new ArrayFeed(core, { data, rows, batchSize, shuffle, stepsPerEpoch: stepsPerEpoch ?? null });
  return { feed, kept: kept === 0 ? null : { data, first: rows } };
}

/** Reads the first batch, too: its mistakes are told before anything begins. */
function* prepareStream(
  core: ModelCore,
  method: string,
  batches: Batches,
  y: unknown,
  options: FitOptions,
  epochs: number,
): Procedure<Source> {
  const where = core.where(method);
  checkStreamOptions(where, y, options);
  const { signal, stepsPerEpoch } = options;
  const { BatchReader, StreamFeed } = yield* rareCode();
  const convert = readScored(core, method, options.classWeight);
  const aborted = () => core.aborted(method, signal);
  const reader = new BatchReader(batches, { where, convert, signal, aborted });
  const feed = new StreamFeed(reader, stepsPerEpoch ?? null, epochs);
  try {
    if (epochs > 0 && !(yield* feed.beginEpoch())) {
      throw new RangeError(explain(where, "expected one or more batches", "none"));
    }
  } catch (error) {
    yield* feed.close();
    throw error;
  }
  return { feed, kept: null };
}

function checkTrains(core: ModelCore, method: string): void {
  if (core.trains) return;
  const remedy = "Set layer.trainable = true and compile again.";
  throw new TypeError(explain(core.where(method), "expected one or more trainable weights", "none", remedy));
}

function* prepareValidation(
  core: ModelCore,
  method: string,
  kept: Source["kept"],
  batchSize: number,
  options: FitOptions,
): Procedure<FitPlan["validation"]> {
  const { validationData, validationSteps, validationBatchSize, signal } = options;
  const every = options.validationFreq ?? 1;
  const place = ", validationData";
  if (isBatches(validationData)) {
    const { evaluateBatches } = yield* rareCode();
    const span = { batches: validationData, steps: validationSteps ?? null, signal, place };
    return { evaluate: () => evaluateBatches(core, method, span), every };
  }
  const rowsOfStep = validationBatchSize ?? batchSize;
  const evaluate = (data: Dataset, first: number) => {
    const count = Math.min(data.rows - first, (validationSteps ?? Number.POSITIVE_INFINITY) * rowsOfStep);
    const span = { first, count, batchSize: Math.min(rowsOfStep, count) };
    return { evaluate: () => evaluateProcedure(core, method, data, span, signal), every };
  };
  if (validationData !== undefined) {
    const [x, y, sampleWeight] = validationData;
    return evaluate(yield* prepareData(core, method, x, y, { sampleWeight }, place), 0);
  }
  return kept === null ? null : evaluate(kept.data, kept.first);
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
