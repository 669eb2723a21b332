// From a name, an object or a function to a loss.

import { fromName, wrongKind } from "../naming.js";
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from "./crossentropy.js";
import { customLoss, type Loss, type LossFunction } from "./loss.js";
import { huber, meanAbsoluteError, meanSquaredError } from "./regression.js";

const factories = {
  binaryCrossentropy,
  categoricalCrossentropy,
  huber,
  mae: meanAbsoluteError,
  meanAbsoluteError,
  meanSquaredError,
  mse: meanSquaredError,
  sparseCategoricalCrossentropy,
};

/** The names that `compile({ loss })` knows. */
export type LossShortcut = keyof typeof factories;

/** A name, a loss with options, or a function `(yTrue, yPred)` over `ops.*`. */
export type LossInput = LossShortcut | Loss | LossFunction;

/** Accepts a loss, its name, its factory (`losses.huber` without the call), or a function of users. */
export function resolveLoss(where: string, value: unknown): Loss {
  if (typeof value === "string") return fromName(where, value, factories);
  if (typeof value !== "function") throw wrongKind(where, `a loss such as "meanSquaredError"`, value);
  if ("targets" in value && "config" in value) return value as Loss;
  const factory = Object.values(factories).find((candidate) => (candidate as unknown) === value);
  return factory === undefined ? customLoss(value as LossFunction) : factory();
}
