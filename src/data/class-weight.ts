// Weights against class imbalance.

import { explain, unknownName } from "../errors.js";
import { countClasses } from "./folds.js";

/**
 * Weights of classes that make each class count the same: `rows / (classes * rows of the class)`, for `fit`'s `classWeight`. Follows
 * sklearn.utils.class_weight.compute_class_weight with "balanced".
 *
 * @param y A class number for each row.
 * @throws RangeError for labels that are no class numbers: `fit` counts classes from 0.
 * @example
 * data.classWeight("balanced", [0, 0, 0, 1]); // { 0: 0.6667, 1: 2 }
 */
export function classWeight(mode: "balanced", y: ArrayLike<number>): Record<number, number> {
  if (mode !== "balanced") throw unknownName("data.classWeight", mode, ["balanced"]);
  return balancedWeights("data.classWeight", y);
}

export function balancedWeights(where: string, y: ArrayLike<number>): Record<number, number> {
  const { counts, labels } = countClasses(`${where}, y`, y);
  return Object.fromEntries(
    labels.map((label, group) => {
      if (!Number.isInteger(label) || Number(label) < 0) {
        throw new RangeError(explain(`${where}, y`, "expected class numbers 0, 1, 2 ...", label));
      }
      return [label, y.length / (counts.length * (counts[group] as number))];
    }),
  );
}
