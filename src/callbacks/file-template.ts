// File names with results in them: `model-{epoch:02d}-{valLoss:.2f}.safetensors`.

import { explain } from "../errors.js";

const places = /\{([^{}:]*)(?::([^{}]*))?\}/g;
const format = /^(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfeg]?)$/;

/** Checks the formats of a template; the values are not known yet. */
export function checkTemplate(where: string, template: string): void {
  for (const [place, , specification = ""] of template.matchAll(places)) {
    if (format.test(specification)) continue;
    const remedy = "For example {epoch:02d} or {valLoss:.3f}.";
    throw new RangeError(explain(where, "expected a format of digits and d, f, e or g", `"${place}"`, remedy));
  }
}

/**
 * Puts values in their places. `{name}` is the number as it is, `{name:02d}` an integer of two digits or more, `{name:.2f}` has two
 * decimals, `e` an exponent, `g` so many significant digits: a part of Python's formats, for the names that Keras' users know.
 *
 * @throws RangeError for a name without a value.
 */
export function fillTemplate(where: string, template: string, values: Readonly<Record<string, number>>): string {
  return template.replace(places, (place: string, name: string, specification = "") => {
    const value = values[name];
    if (value !== undefined) return formatted(value, specification);
    const known = Object.keys(values).join(", ");
    throw new RangeError(explain(where, `a file name may hold {${known}}`, `"${place}"`));
  });
}

function formatted(value: number, specification: string): string {
  const [, zero = "", width = "", decimals, kind = ""] = format.exec(specification) ?? [];
  const digits = decimals === undefined ? 6 : Number(decimals);
  const text = {
    d: () => String(Math.round(value)),
    f: () => value.toFixed(digits),
    e: () => value.toExponential(digits),
    g: () => String(Number(value.toPrecision(Math.max(1, digits)))),
    "": () => (decimals === undefined ? String(value) : String(Number(value.toPrecision(Math.max(1, digits))))),
  }[kind as "d" | "f" | "e" | "g" | ""]();
  if (zero === "") return text.padStart(Number(width));
  const sign = text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(Number(width) - sign.length, "0");
}
