// Values of options as the command line gives them: texts, which are checked and made to numbers and lists here.

import { InvalidArgumentError } from "commander";

/** `--epochs 50`. */
export function integer(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= minimum) return value;
    throw new InvalidArgumentError(`Expected an integer of at least ${minimum}.`);
  };
}

/** `--port 8080`. */
export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new InvalidArgumentError("Expected an integer in [0, 65535].");
}

/** `--learning-rate 1e-3`. */
export function number(minimum: number, maximum = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= minimum && value <= maximum) return value;
    const range = maximum === Number.POSITIVE_INFINITY ? `of at least ${minimum}` : `in [${minimum}, ${maximum}]`;
    throw new InvalidArgumentError(`Expected a number ${range}.`);
  };
}

/** `--hidden 64,64`; an empty text or "none" is an empty list. */
export function integers(text: string): number[] {
  if (text === "" || text === "none") return [];
  return names(text).map((part) => {
    const value = Number(part);
    if (Number.isInteger(value) && value > 0) return value;
    throw new InvalidArgumentError("Expected positive integers with commas between them.");
  });
}

/** `--features length,width`. */
export function names(text: string): string[] {
  const list = text.split(",").map((part) => part.trim());
  if (list.every((part) => part !== "")) return list;
  throw new InvalidArgumentError("Expected names with commas between them.");
}

/** `--delimiter ";"`; a tab is hard to type. */
export function delimiter(text: string): string {
  const sign = text === "tab" || text === "\\t" ? "\t" : text;
  if ([...sign].length === 1) return sign;
  throw new InvalidArgumentError('Expected one character, or "tab".');
}
