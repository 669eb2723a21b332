// Reads parts of a file's JSON, of which nothing is known: each function gives a value of one kind, or tells that it is none.

import { describeValue, explain, FormatError } from "../errors.js";

/** The fields of an object. */
export type Fields = Readonly<Record<string, unknown>>;

function wrong(where: string, kind: string, value: unknown): FormatError {
  return new FormatError(explain(where, `expected ${kind}`, describeValue(value)));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fields(where: string, value: unknown): Fields {
  if (isFields(value)) return value;
  throw wrong(where, "an object", value);
}

export function list(where: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(where, "an array", value);
}

export function text(where: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw wrong(where, "a text", value);
}

export function optionalText(where: string, value: unknown): string | undefined {
  return value === undefined ? undefined : text(where, value);
}

export function finite(where: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(where, "a finite number", value);
}

/** Any number, also NaN and the infinities. */
export function numeric(where: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw wrong(where, "a number", value);
}

/** An integer in [0, limit). */
export function count(where: string, value: unknown, limit = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < limit) return value;
  throw wrong(where, limit === Number.MAX_SAFE_INTEGER ? "a count" : `an integer in [0, ${limit})`, value);
}

export function flag(where: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(where, "true or false", value);
}

export function oneOf<T extends string>(where: string, value: unknown, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  if (found !== undefined) return found;
  throw wrong(where, `one of ${known.join(", ")}`, value);
}
