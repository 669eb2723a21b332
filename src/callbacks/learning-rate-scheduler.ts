// Sets the learning rate before each epoch.

import { checkFloat32, describeValue, explain } from "../errors.js";
import type { Callback, CallbackModel } from "./callback.js";
import { readRate, writeRate } from "./learning-rate.js";
import { checkVerbose, type Verbose } from "./verbose.js";

/**
 * Sets the learning rate before each epoch to what `schedule(epoch, learningRate)` gives, which is told the number of the epoch,
 * from 0, and the rate so far. The history gets a column `learningRate`. Follows keras.callbacks.LearningRateScheduler; for a
 * rate that changes with each step see `schedules`.
 *
 * @throws TypeError for a schedule that is no function, or gives no number; for an optimizer that has a schedule of its own.
 * @example
 * const halve = callbacks.learningRateScheduler((epoch, rate) => (epoch > 0 && epoch % 10 === 0 ? rate / 2 : rate));
 * await net.fit(x, y, { epochs: 50, callbacks: [halve] });
 */
export function learningRateScheduler(
  schedule: (epoch: number, learningRate: number) => number,
  verbose: Verbose = 0,
): Callback {
  const where = "callbacks.learningRateScheduler";
  if (typeof schedule !== "function") {
    throw new TypeError(explain(where, "schedule must be a function", describeValue(schedule)));
  }
  const say = checkVerbose(where, verbose);
  let model: CallbackModel | null = null;
  return {
    setModel(target) {
      model = target;
    },
    onEpochBegin(epoch) {
      const rate = checkFloat32(where, "the result of schedule", schedule(epoch, readRate(where, model)), 0);
      writeRate(model, rate);
      say(() => `Epoch ${epoch + 1}: learning rate ${rate}`);
    },
    onEpochEnd(_, logs) {
      logs.learningRate = readRate(where, model);
    },
  };
}
