// Whether a training has left weights that are NaN or infinite.

import { explain } from "../errors.js";
import type { ModelCore } from "./core.js";

/** The error for weights that a training has left not finite: the last step's loss was computed before its update. */
export function checkTrainedWeights(core: ModelCore, method: string): RangeError | null {
  if (!core.mayHaveDiverged) return null;
  for (const { name, weight } of core.weights) {
    const bad = weight.variable.trainable ? weight.read().find((value) => !Number.isFinite(value)) : undefined;
    if (bad === undefined) continue;
    const when = `${bad} in weight "${name}" after step ${core.step}`;
    const causes = "a learning rate that is too large, or a derivative that is infinite, as that of a square root at 0";
    const remedy = `The weights stay as they are: make new ones, or set them. Likely causes: ${causes}.`;
    return new RangeError(explain(core.where(method), "expected finite weights", when, remedy));
  }
  return null;
}
