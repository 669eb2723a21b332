// JSON for options: it keeps the numbers that JSON has no words for, and typed arrays as arrays.

import { describeValue, explain, FormatError, internalError } from "../errors.js";
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

/** The numbers that JSON has no words for. */
const words: readonly unknown[] = ["NaN", "Infinity", "-Infinity", "-0"];

function isWord(value: object): value is { readonly number: string } {
  return "number" in value && words.includes(value.number) && Object.keys(value).length === 1;
}

/**
 * Throws unless `fromJson` gives what `toJson` was given: for data of users. Typed arrays and tensors come back as arrays.
 *
 * @throws TypeError for anything but plain objects, arrays, texts, numbers, booleans, null and undefined.
 */
export function checkPlain(where: string, value: unknown, depth = 1): void {
  const refuse = (expectation: string, received = describeValue(value)) => {
    return new TypeError(explain(where, expectation, received, "Only plain data are saved."));
  };
  if (value === undefined || value === null || ["string", "number", "boolean"].includes(typeof value)) return;
  if (isTensorLike(value) || (ArrayBuffer.isView(value) && "length" in value)) return;
  // The list in which it stands is deeper, too; a value that contains itself has no depth.
  if (depth >= deepest - 8) throw refuse(`expected at most ${deepest - 9} levels`, "more");
  if (Array.isArray(value)) {
    value.forEach((part: unknown, i) => {
      checkPlain(`${where}[${i}]`, part, depth + 1);
    });
    return;
  }
  if (Object.prototype.toString.call(value) !== "[object Object]") throw refuse("expected plain data");
  if (isWord(value as object)) throw refuse("expected no object that stands for a number", JSON.stringify(value));
  for (const [key, part] of Object.entries(value as object)) checkPlain(`${where}.${key}`, part, depth + 1);
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
      return typeof part === "object" && part !== null && isWord(part) ? Number(part.number) : part;
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
