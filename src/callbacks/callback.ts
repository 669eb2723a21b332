// What a callback is: an object with any of Keras' hooks, or a function that is called after each epoch.

import type { WeightValues } from "../layers/weight-values.js";
import type { Optimizer } from "../optimizers/optimizer.js";

import type { EpochProgress } from "./progress.js";
import type { RunningTraining } from "./running-training.js";

/** Results so far by name: `loss`, metrics, and after an epoch with validation `valLoss` and so on. */
export interface Logs {
  [name: string]: number;
}

/** What a training will do. Follows the `params` of keras.callbacks.Callback. */
export interface FitParameters {
  readonly initialEpoch: number;
  readonly epochs: number;
  /** Steps of an epoch; null when only the end of the data will tell. */
  readonly steps: number | null;
  /** A validation follows every so many epochs; null without one. */
  readonly validationFreq: number | null;
}

/** What callbacks may use of the model that is trained. */
export interface CallbackModel {
  readonly name: string;
  /** Set it to true to end the training after the current batch or epoch. */
  stopTraining: boolean;
  readonly optimizer: Optimizer | null;
  getWeights(): WeightValues[];
  setWeights(weights: readonly WeightValues[]): void;
  /** Exchanges the weights with the averages that an optimizer with `useEma` keeps. */
  swapEmaWeights(): void;
  /** Saves the model; see `Model.save`. */
  save?(path: string): Promise<unknown>;
  saveWeights?(path: string): Promise<unknown>;
}

/** A hook may return a promise, which `fit` awaits (`fitSync` refuses it). */
export type HookResult = void | Promise<void>;

/**
 * Hooks of a training, all optional, with the arguments of keras.callbacks.Callback. A callback with `onBatchBegin` or
 * `onBatchEnd` makes `fit` ask the backend for one step at a time, which is slower for small networks.
 */
export interface Callback {
  /** Called first, with what the training will do. */
  setParams?(parameters: FitParameters): HookResult;
  /** Called then, with the model. */
  setModel?(model: CallbackModel): HookResult;
  /** Called then, with what only callbacks of this package need; see callbacks/running-training.ts. Keras has no such hook. */
  setTraining?(training: RunningTraining): HookResult;
  onTrainBegin?(logs: Logs): HookResult;
  onTrainEnd?(logs: Logs): HookResult;
  onEpochBegin?(epoch: number, logs: Logs): HookResult;
  /** `logs` holds the epoch's results, those of the validation included. What is added to it becomes part of the history. */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  /** Called before the validation of an epoch. */
  onTestBegin?(logs: Logs): HookResult;
  /** Called after it, with its results. */
  onTestEnd?(logs: Logs): HookResult;
  onBatchBegin?(batch: number, logs: Logs): HookResult;
  /** `logs` holds the means over the epoch so far. */
  onBatchEnd?(batch: number, logs: Logs): HookResult;
  /**
   * Called within an epoch from time to time, and at its end, for displays; `logs()` gives the means over the epoch so far. It
   * costs the training nothing, unlike `onBatchEnd`. Keras has no such hook.
   */
  onProgress?(progress: EpochProgress, logs: () => Logs): HookResult;
  /**
   * Called with the error that `fit` would throw for a loss or a weight that is not finite: `fit` does not throw when a callback
   * has this hook, but ends the training. Keras has no such hook.
   */
  onNotFinite?(error: RangeError): HookResult;
}

/** A callback, or a function that is called as `onEpochEnd`. */
export type CallbackInput = Callback | ((epoch: number, logs: Logs) => HookResult);
