import { describe, expect, it } from "vitest";
import { fromName, named, validationName } from "../src/naming.js";

describe("names", () => {
  it("of functions can be chosen", () => {
    const f = named((x: number) => x + 1, "increment", { config: { by: 1 } });
    expect([f.name, f.config.by, f(1)]).toEqual(["increment", 1, 2]);
  });

  it("choose factories, and never reach Object.prototype", () => {
    expect(fromName("w", "one", { one: () => 1 })).toBe(1);
    expect(() => fromName("w", "toString", { one: () => 1 })).toThrow('w: expected a known name, received "toString".');
  });

  it("of validation results are in camel case", () => {
    expect(["loss", "accuracy", "meanSquaredError"].map(validationName)).toEqual([
      "valLoss",
      "valAccuracy",
      "valMeanSquaredError",
    ]);
  });
});
