// What a callback is: an object with any of Keras' hooks, or a function that is called after each epoch.

import type { WeightValues } from "../layers/weight-values.js";
import type { Optimizer } from "../optimizers/optimizer.js";

/** Results so far by name: `loss`, metrics, and after an epoch with validation `valLoss` and so on. */
export interface Logs {
  [name: string]: number;
}

/** What callbacks may use of the model that is trained. */
export interface CallbackModel {
  readonly name: string;
  /** Set it to true to end the training after the current batch or epoch. */
  stopTraining: boolean;
  readonly optimizer: Optimizer | null;
  getWeights(): WeightValues[];
  setWeights(weights: readonly WeightValues[]): void;
}

/** A hook may return a promise, which `fit` awaits (`fitSync` refuses it). */
export type HookResult = void | Promise<void>;

/**
 * Hooks of a training, all optional, with the arguments of keras.callbacks.Callback. A callback with `onBatchBegin` or
 * `onBatchEnd` makes `fit` ask the backend for one step at a time, which is slower for small networks.
 */
export interface Callback {
  /** Called first, with the model. */
  setModel?(model: CallbackModel): void;
  onTrainBegin?(logs: Logs): HookResult;
  onTrainEnd?(logs: Logs): HookResult;
  onEpochBegin?(epoch: number, logs: Logs): HookResult;
  /** `logs` holds the epoch's results, those of the validation included. */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  onBatchBegin?(batch: number, logs: Logs): HookResult;
  /** `logs` holds the means over the epoch so far. */
  onBatchEnd?(batch: number, logs: Logs): HookResult;
}

/** A callback, or a function that is called as `onEpochEnd`. */
export type CallbackInput = Callback | ((epoch: number, logs: Logs) => HookResult);
