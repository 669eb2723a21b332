import { describe, expect, it } from "vitest";
import {
  categoricalDistribution,
  compatible,
  countValues,
  describeDistribution,
  floatDistribution,
  fromUnit,
  intDistribution,
  internalValue,
  sameDistribution,
  toUnit,
} from "../../src/tune/distributions.js";

describe("distributions", () => {
  it("cut the unit interval into equal parts for discrete values", () => {
    const values = (distribution: Parameters<typeof fromUnit>[0]) =>
      Array.from({ length: 1000 }, (_, i) => fromUnit(distribution, (i + 0.5) / 1000));
    const counts = (list: number[]) =>
      [...new Set(list)].map((value) => list.filter((other) => other === value).length);
    expect(counts(values(intDistribution("t", 3, 7, {})))).toEqual([200, 200, 200, 200, 200]);
    expect(counts(values(floatDistribution("t", 0, 1, { step: 0.25 })))).toEqual([200, 200, 200, 200, 200]);
    expect(counts(values(categoricalDistribution("t", ["a", "b", "c", "d"])))).toEqual([250, 250, 250, 250]);
  });

  it("search by magnitude with log", () => {
    const rate = floatDistribution("t", 1e-4, 1, { log: true });
    expect(fromUnit(rate, 0.5)).toBeCloseTo(1e-2, 12);
    expect(toUnit(rate, 1e-3)).toBeCloseTo(0.25, 12);
    const units = intDistribution("t", 1, 100, { log: true });
    expect([fromUnit(units, 0), fromUnit(units, 0.9999999)]).toEqual([1, 100]);
    // log(1.5 / 0.5) of log(100.5 / 0.5) belongs to 1.
    expect(fromUnit(units, 0.207)).toBe(1);
    expect(fromUnit(units, 0.208)).toBe(2);
  });

  it("lead from the unit interval and back", () => {
    for (const distribution of [
      intDistribution("t", -3, 9, { step: 3 }),
      intDistribution("t", 1, 8, { log: true }),
      floatDistribution("t", -1, 1, {}),
      categoricalDistribution("t", [null, true, 2]),
    ]) {
      for (const share of [0, 0.2, 0.5, 0.99]) {
        const value = fromUnit(distribution, share);
        expect(fromUnit(distribution, toUnit(distribution, value))).toBeCloseTo(value, 12);
      }
    }
  });

  it("end at the last step", () => {
    expect(intDistribution("t", 0, 10, { step: 4 }).high).toBe(8);
    expect(countValues(intDistribution("t", 0, 10, { step: 4 }))).toBe(3);
    expect(floatDistribution("t", 0, 0.3, { step: 0.1 }).high).toBeCloseTo(0.3, 15);
    expect(countValues(floatDistribution("t", 0, 1, {}))).toBe(Number.POSITIVE_INFINITY);
    expect(countValues(floatDistribution("t", 2, 2, {}))).toBe(1);
  });

  it("know their own values", () => {
    const choices = categoricalDistribution("t", ["a", null, 2]);
    expect([internalValue(choices, null), internalValue(choices, "2"), internalValue(choices, 2)]).toEqual([
      1,
      undefined,
      2,
    ]);
    expect(internalValue(intDistribution("t", 1, 5, {}), 2.5)).toBeUndefined();
    expect(internalValue(floatDistribution("t", 1, 5, {}), 6)).toBeUndefined();
  });

  it("are compared by kind and choices, or in every respect", () => {
    const [a, b] = [intDistribution("t", 1, 5, {}), intDistribution("t", 1, 6, {})];
    expect([compatible(a, b), sameDistribution(a, b), sameDistribution(a, { ...a })]).toEqual([true, false, true]);
    expect(compatible(categoricalDistribution("t", ["a", "b"]), categoricalDistribution("t", ["b", "a"]))).toBe(false);
    expect(compatible(a, floatDistribution("t", 1, 5, {}))).toBe(false);
  });

  it("are described", () => {
    expect(describeDistribution(intDistribution("t", 1, 9, { step: 2 }))).toBe("int in [1, 9] in steps of 2");
    expect(describeDistribution(floatDistribution("t", 1e-3, 1, { log: true }))).toBe("float in [0.001, 1], log");
    expect(describeDistribution(categoricalDistribution("t", ["a", null]))).toBe('one of "a", null');
  });

  it.each([
    [() => floatDistribution("f", 2, 1, {}), "f: high must be at least low, 2, received 1."],
    [() => floatDistribution("f", 0, 1, { log: true }), "f: low must be a positive number, received 0."],
    [() => floatDistribution("f", 1, 2, { log: true, step: 1 }), "f: step must be left out with log, received 1."],
    [() => floatDistribution("f", Number.NaN, 1, {}), "f: low must be a finite number, received NaN."],
    [() => intDistribution("i", 0, 8, { log: true }), "i: low must be a positive integer, received 0."],
    [() => intDistribution("i", 0, 8, { step: 0 }), "i: step must be a positive integer, received 0."],
    [() => intDistribution("i", 0.5, 8, {}), "i: low must be an integer of at least -9007199254740991, received 0.5."],
    [() => categoricalDistribution("c", []), "c: choices must not be empty, received an array of 0."],
    [() => categoricalDistribution("c", ["a", "a"]), 'c: choices must differ, received "a" twice.'],
    [
      () => categoricalDistribution("c", [{} as never]),
      "c: choices must be strings, finite numbers, true, false or null, received an object. Choose a name and look the object up by it.",
    ],
  ])("refuse mistakes %#", (make, message) => {
    expect(make).toThrow(message);
  });
});
