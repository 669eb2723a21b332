// Callbacks from functions.

import { checkOptions } from "../errors.js";
import type { Callback } from "./callback.js";

const hooks = [
  "setParams",
  "setModel",
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onTestBegin",
  "onTestEnd",
  "onBatchBegin",
  "onBatchEnd",
  "onProgress",
  "onNotFinite",
];

/**
 * A callback from some functions. Follows keras.callbacks.LambdaCallback; an object with these functions is a callback, too,
 * but here misspelt names are refused.
 *
 * @throws TypeError for a hook that does not exist.
 * @example
 * await net.fit(x, y, { callbacks: [callbacks.lambda({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })] });
 */
export function lambda(functions: Callback): Callback {
  checkOptions("callbacks.lambda", functions, hooks);
  return { ...functions };
}
