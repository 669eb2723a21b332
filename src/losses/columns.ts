// Options of losses that are one number for all outputs, or a list with one for each.

import { checkNumber, describeValue, explain, ShapeError } from "../errors.js";
import type { Operand } from "../ops/index.js";

/** One number for all outputs (or classes), or one for each. */
export type PerColumn = number | readonly number[];

/** Throws unless all numbers are finite and at least 0. */
export function checkPerColumn(where: string, name: string, value: unknown): PerColumn {
  if (typeof value === "number") return checkNumber(where, name, value, 0);
  if (Array.isArray(value) && value.length > 0) {
    return value.map((element, i) => checkNumber(where, `${name}[${i}]`, element, 0));
  }
  throw new TypeError(explain(where, `${name} must be a number or a list of numbers`, describeValue(value)));
}

/** The option as an operand for so many columns. */
export function perColumn(where: string, name: string, value: PerColumn, columns: number): Operand {
  if (typeof value === "number") return value;
  if (value.length === columns) return [[...value]];
  const expectation = `${name} must have one number for each of ${columns} outputs`;
  throw new ShapeError(explain(where, expectation, `${value.length} numbers`));
}
