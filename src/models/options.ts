// The options of compile, fit, evaluate and predict: their types, and their checks.

import type { CallbackInput, Logs } from "../callbacks/callback.js";
import type { ProgressWriter } from "../callbacks/progress.js";
import { checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import type { LossInput } from "../losses/resolve.js";
import type { MetricInput } from "../metrics/resolve.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { OptimizerShortcut } from "../optimizers/resolve.js";
import type { InputData, TargetData } from "./data.js";
import type { ClassWeight, SampleWeight } from "./row-weights.js";
import { type Batches, isBatches } from "./stream.js";

/** `Names` are the names of the outputs. */
export interface CompileOptions<Names extends string = string> {
  /** Default "rmsprop", as Keras. */
  optimizer?: OptimizerShortcut | Optimizer;
  /** One loss for all outputs, an array with a loss for each, or an object by their names; null for an output without. */
  loss: LossInput | readonly (LossInput | null)[] | { readonly [K in Names]?: LossInput | null };
  /** What each loss is multiplied with before they are added: an array or an object by the names of the outputs; default 1. */
  lossWeights?: number | readonly number[] | { readonly [K in Names]?: number };
  /**
   * Reported besides the loss; default none. An array for a model with one output; for several an array with one element
   * for each, or an object by their names.
   */
  metrics?: readonly MetricsOfOutput[] | { readonly [K in Names]?: MetricsOfOutput };
  /**
   * As `metrics`, but rows count as `sampleWeight` and `classWeight` say; means are divided by the sum of the weights. A name
   * that is among `metrics`, too, gets "weighted" before it.
   */
  weightedMetrics?: readonly MetricsOfOutput[] | { readonly [K in Names]?: MetricsOfOutput };
}

/** The metrics of one output. */
export type MetricsOfOutput = MetricInput | readonly MetricInput[];

/** Weights of rows. */
export interface WeightingOptions {
  /**
   * One number a row, which multiplies its loss. The loss is still divided by the number of rows, as in Keras. A negative
   * number is allowed, as in Keras: the step then moves away from that row's target. For several
   * outputs the numbers count for all of them, or are given for each, as an array or as an object by their names.
   */
  sampleWeight?: SampleWeight;
}

/** Rows of a step of `fit`, `evaluate` and `predict`, as in Keras. */
export const defaultBatchSize = 32;

export interface FitOptions extends WeightingOptions {
  /** The number of the epoch to stop before; default 1. */
  epochs?: number;
  /** Rows of a step; default 32, or all of them for `gradientDescent`. */
  batchSize?: number;
  /** The number of the first epoch, to continue a training; default 0. */
  initialEpoch?: number;
  /**
   * Steps of an epoch; default all rows, or all batches of an iterable. An epoch then goes on where the one before ended, and ends
   * early, with a warning, where the data ends; needed for batches without an end.
   */
  stepsPerEpoch?: number;
  /** Reorder the rows in each epoch, by the model's seed; default true. Batches stay in the order in which they come. */
  shuffle?: boolean;
  /** The part of the rows, in (0, 1), that is kept for validation: the last ones, before shuffling. */
  validationSplit?: number;
  /** `[x, y]` or `[x, y, sampleWeight]`, or batches of such, to evaluate after each epoch. */
  validationData?: readonly [InputData, TargetData] | readonly [InputData, TargetData, SampleWeight] | Batches;
  /** Default `batchSize`. */
  validationBatchSize?: number;
  /** Evaluate on the first so many batches only; needed for batches without an end. */
  validationSteps?: number;
  /** Evaluate after every so many epochs; default 1. */
  validationFreq?: number;
  /** Weights of classes by number, which multiply the loss of their rows; for models with one output. */
  classWeight?: ClassWeight;
  callbacks?: CallbackInput | readonly CallbackInput[];
  /** Shortcut for a callback with this hook. */
  onEpochEnd?: (epoch: number, logs: Logs) => void | Promise<void>;
  /** Shortcut for a callback with this hook. */
  onBatchEnd?: (batch: number, logs: Logs) => void | Promise<void>;
  /** 0 silent, 1 a progress bar (lines in a pipe), 2 a line an epoch; default "auto": progress on a terminal, else silent. */
  verbose?: "auto" | 0 | 1 | 2;
  /** Where progress goes; default the standard output, or the console for verbose 1 and 2 in a browser. */
  writer?: ProgressWriter;
  /** Ends the training with an AbortError; completed steps are kept. */
  signal?: AbortSignal;
}

export interface EvaluateOptions extends WeightingOptions {
  /** Rows computed at a time; default 32. Results differ by rounding only. */
  batchSize?: number;
  /** Only the first so many batches; default all of them. */
  steps?: number;
  /** Silent in any case: only `fit` shows progress. */
  verbose?: "auto" | 0;
  signal?: AbortSignal;
}

export interface PredictOptions {
  /** Rows computed at a time; default 32. Results differ by rounding only. */
  batchSize?: number;
  /** Only the first so many batches; default all of them. */
  steps?: number;
  /** Silent in any case: only `fit` shows progress. */
  verbose?: "auto" | 0;
  signal?: AbortSignal;
}

export interface TrainOnBatchOptions extends WeightingOptions {
  classWeight?: ClassWeight;
}

/** The options of what works on one batch. */
export const onBatchNames = ["sampleWeight", "classWeight"];

export interface SummaryOptions {
  /** Print the table, too; default false. */
  print?: boolean;
}

const fitNames = [
  "epochs",
  "batchSize",
  "initialEpoch",
  "stepsPerEpoch",
  "shuffle",
  "validationSplit",
  "validationData",
  "validationBatchSize",
  "validationSteps",
  "validationFreq",
  "sampleWeight",
  "classWeight",
  "callbacks",
  "onEpochEnd",
  "onBatchEnd",
  "verbose",
  "writer",
  "signal",
];

/** Checks what does not depend on the data. */
export function checkFitOptions(where: string, options: FitOptions): void {
  checkOptions(where, options, fitNames);
  const initialEpoch = checkInteger(where, "initialEpoch", options.initialEpoch ?? 0, 0);
  checkInteger(where, "epochs", options.epochs ?? initialEpoch + 1, 0);
  checkBatchSize(where, "batchSize", options.batchSize);
  checkBatchSize(where, "validationBatchSize", options.validationBatchSize);
  checkSteps(where, "stepsPerEpoch", options.stepsPerEpoch);
  checkSteps(where, "validationSteps", options.validationSteps);
  checkInteger(where, "validationFreq", options.validationFreq ?? 1, 1);
  const { validationSplit, validationData, verbose } = options;
  if (validationSplit !== undefined) {
    checkNumber(where, "validationSplit", validationSplit, 0, 1);
    if (validationSplit === 1) throw new RangeError(explain(where, "validationSplit must leave rows to train on", "1"));
  }
  if (
    validationData !== undefined &&
    !isBatches(validationData) &&
    (!Array.isArray(validationData) || validationData.length < 2 || validationData.length > 3)
  ) {
    throw new TypeError(explain(where, "validationData must be [x, y]", describeValue(validationData)));
  }
  if (verbose !== undefined && !["auto", 0, 1, 2].includes(verbose)) {
    throw new RangeError(explain(where, `verbose must be 0, 1, 2 or "auto"`, describeValue(verbose)));
  }
  checkSignal(where, options.signal);
}

/** Options that say how to make batches of arrays have no place where batches are given. */
export function checkStreamOptions(
  where: string,
  y: unknown,
  options: { batchSize?: number | undefined; validationSplit?: number; sampleWeight?: unknown },
): void {
  const { batchSize, validationSplit, sampleWeight } = options;
  const remedies = {
    y: "Give it in each batch: [x, y].",
    batchSize: "Batches have the size in which they come.",
    validationSplit: "Give other batches as validationData.",
    sampleWeight: "Give it in each batch: [x, y, sampleWeight].",
  };
  for (const [name, value] of Object.entries({ y, batchSize, validationSplit, sampleWeight })) {
    if (value === undefined) continue;
    const remedy = remedies[name as keyof typeof remedies];
    throw new TypeError(
      explain(where, `x is an iterable of batches: expected no ${name}`, describeValue(value), remedy),
    );
  }
}

/** Checks the options that `evaluate` and `predict` share. */
export function checkPassOptions(where: string, { batchSize, steps, verbose, signal }: PredictOptions): void {
  checkBatchSize(where, "batchSize", batchSize);
  checkSteps(where, "steps", steps);
  if (verbose !== undefined && verbose !== 0 && verbose !== "auto") {
    const received = describeValue(verbose);
    throw new RangeError(explain(where, `verbose must be 0 or "auto"`, received, "Only fit shows progress."));
  }
  checkSignal(where, signal);
}

function checkSteps(where: string, name: string, value: number | undefined): void {
  if (value !== undefined) checkInteger(where, name, value, 1);
}

function checkBatchSize(where: string, name: string, value: number | undefined): void {
  if (value !== undefined) checkInteger(where, name, value, 1);
}

/** Brand check: an AbortSignal of another realm, or of a polyfill, will do. */
export function checkSignal(where: string, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && signal !== null && "aborted" in signal && "addEventListener" in signal) return;
  throw new TypeError(explain(where, "signal must be an AbortSignal", describeValue(signal)));
}

/**
 * The rows of a step. A batch that was asked for must not exceed the data, or the steps would be smaller than what was asked
 * for without a word; the default is reduced to what there is.
 */
export function chooseBatchSize(where: string, asked: number | undefined, rows: number, whole: boolean): number {
  if (asked === undefined) return whole ? rows : Math.min(defaultBatchSize, rows);
  if (asked <= rows) return asked;
  throw new RangeError(
    explain(where, `batchSize must be at most the number of rows, ${rows}`, String(asked), `Use batchSize: ${rows}.`),
  );
}
