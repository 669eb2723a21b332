// The short way for numbers gives the bits of the long one, or gives up.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNumber } from "../../../src/data/csv/numbers.js";
import { type PlainLayout, readPlainNumbers as readBytes } from "../../../src/data/csv/plain-numbers.js";

const readPlainNumbers = (text: string, lines: number, layout: PlainLayout) =>
  readBytes(new TextEncoder().encode(text), lines, layout);

const layout = (places: number[], delimiter = ",", decimal: "." | "," = ".") => ({
  places: Int32Array.from(places),
  width: places.filter((place) => place >= 0).length,
  delimiter,
  decimal,
});

describe("readPlainNumbers", () => {
  it("reads complete lines of plain numbers, and chooses columns", () => {
    expect(readPlainNumbers("1,-2.5,3\r\n\n4.,.5,-0\n", 3, layout([1, 0, -1]))).toEqual(
      Float32Array.of(-2.5, 1, 0.5, 4),
    );
    expect(readPlainNumbers("1,5;2\n", 1, layout([0, 1], ";", ","))).toEqual(Float32Array.of(1.5, 2));
  });

  it.each([
    "1\n",
    "1,2,3\n",
    "1,x\n",
    "1,\n",
    "1, 2\n",
    "1,1e3\n",
    "1,+2\n",
    "1,-\n",
    "1,.\n",
    "1,2",
    "1,1.2.3\n",
    "1,1234567890123456\n",
    "1,é\n",
    "1,2\r",
    ",\n",
  ])("leaves %j to the long way", (text) => {
    expect(readPlainNumbers(text, 1, layout([0, 1]))).toBeNull();
  });
});

describe("parseNumber", () => {
  it("rounds as JavaScript does", () => {
    const digits = fc.integer({ min: 0, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 20 }), fc.boolean(), (value, decimals, negative) => {
        const all = String(value).padStart(decimals + 1, "0");
        const text = `${negative ? "-" : ""}${all.slice(0, all.length - decimals)}.${all.slice(all.length - decimals)}`;
        expect(parseNumber(text, ".")).toBe(Number(text));
        const short = readPlainNumbers(`${text}\n`, 1, layout([0]));
        if (short !== null) expect(short[0]).toBe(Math.fround(Number(text)));
      }),
      { numRuns: 5000, seed: 1 },
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value), ".")).toBe(value === 0 ? Number(String(value)) : value);
      }),
      { numRuns: 5000, seed: 2 },
    );
  });

  it.each(["", "x", "0x10", "Infinity", "1,5", "1 2", "--1", "1e", "."])("finds no number in %j", (text) => {
    expect(parseNumber(text, ".")).toBeNaN();
  });
});
