// JSON for options: it keeps the numbers that JSON has no words for, and typed arrays as arrays.

import { FormatError, explain, internalError } from "../errors.js";
import { isTensorLike, toTensor } from "../tensor.js";

/** The text of a value. NaN, infinities and -0 become `{"number":"NaN"}`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === "function" || typeof part === "symbol") throw internalError(`a function is saved as ${key}`);
    if (typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0)))
      return { number: Object.is(part, -0) ? "-0" : String(part) };
    if (isTensorLike(part)) return toTensor(part, undefined, key).toArray();
    if (ArrayBuffer.isView(part) && "length" in part) return Array.from(part as unknown as ArrayLike<unknown>);
    return part;
  });
}

// Deeper than any model is written; some engines read JSON with a function that calls itself.
const deepest = 64;

/**
 * The value of a text that `toJson` gave.
 *
 * @throws FormatError for anything that is no JSON, or nested too deeply.
 */
export function fromJson(where: string, text: string): unknown {
  checkDepth(where, text);
  try {
    return JSON.parse(text, (_, part: unknown) => {
      const name = typeof part === "object" && part !== null && "number" in part ? part.number : undefined;
      return typeof name === "string" ? Number(name) : part;
    });
  } catch {
    throw new FormatError(explain(where, "expected JSON", JSON.stringify(text.slice(0, 40))));
  }
}

function checkDepth(where: string, text: string): void {
  let depth = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inside) {
      if (character === "\\") i++;
      else if (character === '"') inside = false;
    } else if (character === '"') inside = true;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > deepest) throw new FormatError(explain(where, `expected JSON of at most ${deepest} levels`, "more"));
  }
}
