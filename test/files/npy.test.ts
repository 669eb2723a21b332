// Arrays of NumPy: those that NumPy has written, those that it reads, and damaged ones.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../../src/files/npy.js";
import { FormatError, tensor } from "../../src/index.js";
import { mutations } from "./mutations.js";

interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly shape: number[];
    readonly values: number[];
  }[];
  readonly record: string;
  readonly text: string;
}

const fixture = JSON.parse(readFileSync(new URL("numpy.json", import.meta.url), "utf8")) as Fixture;
const decode = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

describe("readNpy", () => {
  it.each(fixture.cases)("$name", ({ bytes, shape, values }) => {
    const read = readNpy(decode(bytes));
    expect(read.shape).toEqual(shape);
    expect(Array.from(read.data)).toEqual(values);
  });

  it("reads values at any address", () => {
    const bytes = decode(fixture.cases[1]?.bytes ?? "");
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readNpy(shifted.subarray(1))).toEqual(readNpy(bytes));
  });

  it("tells what is wrong with other files", () => {
    const bytes = writeNpy([[1, 2, 3]]);
    const changed = (text: string, other: string) => {
      const latin = Buffer.from(bytes).toString("latin1").replace(text, other.padEnd(text.length));
      return new Uint8Array(Buffer.from(latin, "latin1"));
    };
    const message = (broken: Uint8Array) => {
      try {
        readNpy(broken, "x.npy");
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        return (error as Error).message;
      }
      return "";
    };
    expect(message(new Uint8Array(3))).toBe(
      "x.npy: expected an .npy file, which begins with \\x93NUMPY, received 3 bytes.",
    );
    expect(message(changed("NUMPY", "NUMPI"))).toBe(
      'x.npy: expected an .npy file, which begins with \\x93NUMPY, received "\x93NUMPI".',
    );
    expect(message(bytes.subarray(0, -1))).toBe(
      "x.npy: expected 12 bytes of values for shape [1, 3] at byte 128, received 11 bytes.",
    );
    expect(message(changed("'shape': (1, 3)", "'shape': (9, 9)"))).toMatch(
      /expected 324 bytes of values for shape \[9, 9\]/,
    );
    expect(message(changed("'shape': (1, 3), }", "'shape': (1, 3)"))).toMatch(
      /expected a header with a simple 'descr'/,
    );
    expect(message(bytes.with(6, 4))).toBe(
      "x.npy: expected version 1, 2 or 3 of the .npy format at byte 6, received 4.",
    );
    expect(message(bytes.with(9, 255))).toMatch(/expected a header of 1 to \d+ bytes at byte 8, received \d+/);
    expect(message(decode(fixture.record))).toMatch(/expected a header with a simple 'descr'/);
    expect(message(decode(fixture.text))).toMatch(/expected elements of a type of b1, u1, .*, received "<U2"\./);
  });

  it("100,000 damaged files are read or refused", () => {
    const sound = [writeNpy([[1, 2, 3]]), decode(fixture.cases[0]?.bytes ?? "")];
    const known = new Set(["FormatError", "RangeError"]);
    let refused = 0;
    for (const [i, bytes] of sound.entries()) {
      for (const damaged of mutations(bytes, 50_000, i + 1)) {
        try {
          const { data } = readNpy(damaged);
          if (data.length > damaged.length) throw new Error(`${data.length} values from ${damaged.length} bytes`);
        } catch (error) {
          if (!known.has((error as Error).name)) throw error;
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(30_000);
  });
});

describe("writeNpy", () => {
  it("writes what it reads", () => {
    for (const value of [
      tensor([
        [1.5, -2],
        [0, 4],
      ]),
      tensor(new Uint8Array([1, 255])),
      tensor(new Int32Array([-7]), [1, 1, 1]),
      tensor(3),
    ]) {
      expect(readNpy(writeNpy(value))).toEqual(value);
    }
  });

  it("writes the bytes that NumPy writes", () => {
    const { bytes = "", values = [] } = fixture.cases.find(({ name }) => name === "version 1") ?? {};
    expect(Buffer.from(writeNpy(values)).toString("base64")).toBe(bytes);
  });
});
