// The learning rate of the optimizer, as callbacks see and set it.

import { explain } from "../errors.js";
import type { CallbackModel } from "./callback.js";

/** The learning rate; an error for a schedule, which sets it by itself. */
export function readRate(where: string, model: CallbackModel | null): number {
  const rate = model?.optimizer?.learningRate;
  if (typeof rate === "number") return rate;
  const remedy = "Give the optimizer a number, or leave the callback out.";
  throw new TypeError(explain(where, "expected an optimizer whose learningRate is a number", "a schedule", remedy));
}

export function writeRate(model: CallbackModel | null, rate: number): void {
  const optimizer = model?.optimizer;
  if (optimizer !== null && optimizer !== undefined) optimizer.learningRate = rate;
}
