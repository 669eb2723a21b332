import { describe, expect, it } from "vitest";
import {
  AbortError,
  BackendError,
  checkInteger,
  checkNumber,
  checkOptions,
  describeValue,
  explain,
  FormatError,
  formatShape,
  nearestName,
  ShapeError,
  unknownName,
} from "../src/errors.js";

describe("kinds of errors", () => {
  it("have names and parents that users can test for", () => {
    expect(new ShapeError("x")).toBeInstanceOf(RangeError);
    expect(
      [new ShapeError(""), new BackendError(""), new FormatError(""), new AbortError("")].map((e) => e.name),
    ).toEqual(["ShapeError", "BackendError", "FormatError", "AbortError"]);
  });
});

describe("explain", () => {
  it("says where, what was expected, what was received, what to do", () => {
    expect(explain('dense "hidden"', "units must be a positive integer", 0)).toBe(
      'dense "hidden": units must be a positive integer, received 0.',
    );
    expect(explain("fit", "expected rows", "none", "Add some.")).toBe("fit: expected rows, received none. Add some.");
  });

  it("describes values briefly", () => {
    const values = ["a", null, undefined, 3n, [1, 2], new Float32Array(3), {}, new Map(), () => 1, Symbol.iterator];
    expect(values.map(describeValue)).toEqual([
      '"a"',
      "null",
      "undefined",
      "3n",
      "an array of 2",
      "Float32Array(3)",
      "an object",
      "Map",
      "a function",
      "Symbol(Symbol.iterator)",
    ]);
    expect(describeValue("x".repeat(100))).toHaveLength(45);
    expect(formatShape([null, 3])).toBe("[batch, 3]");
  });
});

describe("unknown names", () => {
  it("are refused with the nearest known one", () => {
    expect(nearestName("Adm", ["adam", "sgd"])).toBe("adam");
    expect(nearestName("sparse_categorical_crossentropy", ["sparseCategoricalCrossentropy", "huber"])).toBe(
      "sparseCategoricalCrossentropy",
    );
    expect(nearestName("xylophone", ["adam", "sgd"])).toBeUndefined();
    expect(unknownName("optimizer", "adm", ["adam", "sgd"]).message).toBe(
      'optimizer: expected a known name, received "adm". Did you mean "adam"? Known names: adam, sgd.',
    );
    expect(unknownName("optimizer", 3, ["adam"])).toBeInstanceOf(TypeError);
  });

  it("of options are refused, too", () => {
    expect(() => checkOptions("dense", { unit: 3 }, ["units"])).toThrow(
      'dense: expected a known option, received "unit". Did you mean "units"? Options: units.',
    );
    expect(() => checkOptions("dense", null, ["units"])).toThrow(
      "dense: expected an object of options, received null.",
    );
  });
});

describe("numbers", () => {
  it("are checked by kind and range", () => {
    expect(checkInteger("w", "n", 3, 1)).toBe(3);
    expect(() => checkInteger("w", "n", 0, 1)).toThrow(new RangeError("w: n must be a positive integer, received 0."));
    expect(() => checkInteger("w", "n", "3", 1)).toThrow(
      new TypeError('w: n must be a positive integer, received "3".'),
    );
    expect(() => checkInteger("w", "n", -1, 0)).toThrow("w: n must be an integer of at least 0, received -1.");
    expect(() => checkNumber("w", "x", Number.NaN)).toThrow("w: x must be a finite number, received NaN.");
    expect(() => checkNumber("w", "x", 2, 0, 1)).toThrow("w: x must be a number in [0, 1], received 2.");
    expect(() => checkNumber("w", "x", -1, 0)).toThrow("w: x must be a finite number of at least 0, received -1.");
  });
});
