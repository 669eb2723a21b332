// The state of an optimizer out of the tensors of a file.

import { explain, FormatError, formatShape } from "../errors.js";
import type { StoredTensor } from "../files/safetensors.js";
import { storedFloats } from "../files/stored-floats.js";
import type { ModelCore } from "../models/core.js";
import type { SlotValues } from "../models/session.js";
import { optimizerPrefix } from "./save.js";
import { weightValues } from "./weights.js";

/** What `save` wrote of the optimizer, for the weights of this model. */
export function slotsOf(where: string, core: ModelCore, tensors: ReadonlyMap<string, StoredTensor>): SlotValues[] {
  const weights = new Map(core.weights.map(({ name, weight }) => [name, weight]));
  const slots: SlotValues[] = [];
  for (const [name, stored] of tensors) {
    // A layer may have the prefix as its name.
    if (!name.startsWith(optimizerPrefix) || weights.has(name)) continue;
    const [, slot = "", weightName] = /^([^/]*)(?:\/(.*))?$/s.exec(name.slice(optimizerPrefix.length)) ?? [];
    const weight = weightName === undefined ? null : weights.get(weightName);
    if (weight === undefined) throw new FormatError(explain(where, `expected the weight of "${name}"`, "none"));
    if (weight !== null) slots.push({ weight, slot, values: weightValues(where, name, weight, stored) });
    else if (stored.shape.length === 0) slots.push({ weight, slot, values: storedFloats(where, name, stored) });
    else throw new FormatError(explain(where, `expected "${name}" to be a number`, formatShape(stored.shape)));
  }
  return slots;
}
