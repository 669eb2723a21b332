// From a name, an object or a function to a regularizer.

import { fromName, wrongKind } from "../naming.js";
import { orthogonal } from "./orthogonal.js";
import { l1, l1l2, l2 } from "./penalties.js";
import {
  customRegularizer,
  type Regularizer,
  type RegularizerFunction,
  type RegularizerObject,
} from "./regularizer.js";

// The names mean 0.01 for each factor, as Keras documents.
const factories = { l1, l1l2: () => l1l2({ l1: 0.01, l2: 0.01 }), l2, orthogonal };

/** The names that options such as `kernelRegularizer` know. */
export type RegularizerShortcut = keyof typeof factories;

/** A name, a regularizer, or a function `(x)` over `ops.*` that gives a single number. */
export type RegularizerInput = RegularizerShortcut | RegularizerObject | RegularizerFunction;

/** Accepts a regularizer, its name, its factory (`regularizers.l2` without the call), or a function of users. */
export function resolveRegularizer(where: string, value: RegularizerInput): Regularizer {
  if (typeof value === "string") return fromName(where, value, factories);
  if (typeof value !== "function") throw wrongKind(where, `a regularizer such as "l2" or a function over ops.*`, value);
  if ("config" in value) return value as unknown as Regularizer;
  for (const [name, factory] of Object.entries({ l1, l1l2, l2, orthogonal })) {
    if ((factory as unknown) === value) return fromName(where, name, factories);
  }
  return customRegularizer(value);
}
