// From a name, an object or a function to a loss.

import { fromName, wrongKind } from "../naming.js";
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalGeneralizedCrossentropy,
  sparseCategoricalCrossentropy,
} from "./crossentropy.js";
import { gaussianNll, klDivergence, poisson } from "./distribution.js";
import { binaryFocalCrossentropy, categoricalFocalCrossentropy } from "./focal.js";
import { customLoss, type Loss, type LossFunction } from "./loss.js";
import { categoricalHinge, hinge, squaredHinge } from "./margin.js";
import {
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  quantile,
} from "./regression.js";
import { cosineSimilarity, dice, tversky } from "./similarity.js";

/** The losses by name. */
export const lossFactories = {
  bce: binaryCrossentropy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossentropy,
  categoricalHinge,
  cosineSimilarity,
  dice,
  gaussianNll,
  hinge,
  huber,
  klDivergence,
  kld: klDivergence,
  logCosh,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  mse: meanSquaredError,
  msle: meanSquaredLogarithmicError,
  poisson,
  quantile,
  sparseCategoricalCrossentropy,
  squaredHinge,
  tversky,
};

/** The names that `compile({ loss })` knows. */
export type LossShortcut = keyof typeof lossFactories;

/** A name, a loss with options, or a function `(yTrue, yPred)` over `ops.*`. */
export type LossInput = LossShortcut | Loss | LossFunction;

/** Accepts a loss, its name, its factory (`losses.huber` without the call), or a function of users. */
export function resolveLoss(where: string, value: unknown): Loss {
  if (typeof value === "string") return fromName(where, value, lossFactories);
  if (typeof value !== "function") throw wrongKind(where, `a loss such as "meanSquaredError"`, value);
  if ("targets" in value && "config" in value) return value as Loss;
  const factory = Object.values(lossFactories).find((candidate) => (candidate as unknown) === value);
  return factory === undefined ? customLoss(value as LossFunction) : factory();
}
