// The kinds of errors that users see, and the one form of their messages: where, what was expected, what was received, what to do.

/** A tensor, a layer or a data set has the wrong shape. */
export class ShapeError extends RangeError {
  override readonly name: string = "ShapeError";
}

/** A backend cannot be loaded, or failed while it executed a program. */
export class BackendError extends Error {
  override readonly name: string = "BackendError";
}

/** A file or a byte sequence is damaged, or is not of the format that it claims. */
export class FormatError extends Error {
  override readonly name: string = "FormatError";
}

/** Work was stopped by an AbortSignal or by `dispose()`. */
export class AbortError extends Error {
  override readonly name: string = "AbortError";
}

/**
 * The text of an error: `where: expectation, received received. remedy`. A string is taken as the text to print;
 * values of users go through `describeValue`, which quotes them.
 *
 * @example
 * explain('dense "hidden"', "units must be a positive integer", 0);
 * // dense "hidden": units must be a positive integer, received 0.
 */
export function explain(where: string, expectation: string, received: unknown, remedy = ""): string {
  const text = typeof received === "string" ? received : describeValue(received);
  return `${where}: ${expectation}, received ${text}.${remedy === "" ? "" : ` ${remedy}`}`;
}

/** A short description of any value for messages: `3`, `"relu"`, `null`, `an array of 4`, `Float32Array(10)`. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "function") return value.name === "" ? "a function" : `function ${value.name}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) && "length" in value) return `${tag}(${String(value.length)})`;
  return tag === "Object" ? "an object" : tag;
}

/** `[32, 784]`; the batch dimension is printed as `batch`. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((n) => n ?? "batch").join(", ")}]`;
}

/** A shape as a user wrote it, right or wrong: `[null, 3]`; anything but an array as `describeValue` has it. */
export function describeShape(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape.map(String).join(", ")}]` : describeValue(shape);
}

/** A failure of our own. */
export function internalError(text: string): Error {
  return new Error(`internal: ${text}`);
}

/** The error for a name that is not in a list: it tells the nearest known name and then all of them. */
export function unknownName(where: string, name: unknown, known: readonly string[]): TypeError | RangeError {
  const list = known.join(", ");
  if (typeof name !== "string")
    return new TypeError(explain(where, "expected a name or an object", describeValue(name), `Known names: ${list}.`));
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "" : `Did you mean "${nearest}"? `;
  return new RangeError(explain(where, "expected a known name", JSON.stringify(name), `${hint}Known names: ${list}.`));
}

/** The known name with the smallest edit distance, if it is near enough to be a misspelling. Case, `_` and `-` do not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, "");
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitute, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The largest integer that the core takes. */
export const largestUint32 = 2 ** 32 - 1;

/** Throws unless `value` is an integer in [minimum, maximum]. */
export function checkInteger(
  where: string,
  name: string,
  value: unknown,
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  const tooLarge = typeof value === "number" && value > maximum;
  const kind = tooLarge
    ? `an integer of at most ${maximum}`
    : minimum === 1
      ? "a positive integer"
      : Number.isFinite(minimum)
        ? `an integer of at least ${minimum}`
        : "an integer";
  const text = explain(where, `${name} must be ${kind}`, describeValue(value));
  throw typeof value === "number" ? new RangeError(text) : new TypeError(text);
}

/** As a maximum it stands for "below 1": the largest number of float32 below 1, because the core computes with those. */
export const belowOne = 1 - 2 ** -24;

/** Throws unless `value` is a finite number in [minimum, maximum]. */
export function checkNumber(
  where: string,
  name: string,
  value: unknown,
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= minimum && value <= maximum) return value;
  const text = explain(where, `${name} must be ${describeRange(minimum, maximum)}`, describeValue(value));
  throw typeof value === "number" ? new RangeError(text) : new TypeError(text);
}

/**
 * `checkNumber` for numbers with which the core computes in float32: there they must not become infinite, nor 0 when they
 * are not.
 */
export function checkFloat32(
  where: string,
  name: string,
  value: unknown,
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
): number {
  const checked = checkNumber(where, name, value, minimum, maximum);
  const rounded = Math.fround(checked);
  if (Number.isFinite(rounded) && (rounded !== 0 || minimum <= 0)) return checked;
  const limit = rounded === 0 ? "at least 1e-45" : "at most 3.4e38 in size";
  throw new RangeError(
    explain(where, `${name} must be a number that float32 can hold, ${limit}`, describeValue(value)),
  );
}

/** Throws unless `value` is true or false. */
export function checkBoolean(where: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(explain(where, `${name} must be true or false`, describeValue(value)));
}

function describeRange(minimum: number, maximum: number): string {
  const end = maximum === belowOne ? "1)" : `${maximum}]`;
  // The smallest number above 0 stands for "above 0".
  if (minimum === Number.MIN_VALUE)
    return maximum === Number.POSITIVE_INFINITY ? "a positive number" : `a number in (0, ${end}`;
  if (maximum !== Number.POSITIVE_INFINITY) {
    return minimum === Number.NEGATIVE_INFINITY
      ? `a finite number of at most ${maximum}`
      : `a number in [${minimum}, ${end}`;
  }
  return minimum === Number.NEGATIVE_INFINITY ? "a finite number" : `a finite number of at least ${minimum}`;
}

/** Refuses misspelt options, which a plain JavaScript caller would otherwise never notice. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(explain(where, "expected an object of options", describeValue(options)));
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    const hint = nearest === undefined ? "" : `Did you mean "${nearest}"? `;
    throw new TypeError(
      explain(where, "expected a known option", JSON.stringify(key), `${hint}Options: ${known.join(", ")}.`),
    );
  }
}
