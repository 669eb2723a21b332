import { describe, expect, it } from "vitest";
import { splitForValidation } from "../../src/estimators/split.js";

const where = "estimators.mlpClassifier, fit";

describe("splitForValidation", () => {
  it("cuts all rows in two, by the seed", () => {
    const { training, validation } = splitForValidation(where, 25, 0.1, [1, 0], null);
    expect(validation).toHaveLength(3);
    expect([...training, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(splitForValidation(where, 25, 0.1, [1, 0], null).validation).toEqual(validation);
    expect(splitForValidation(where, 25, 0.1, [2, 0], null).validation).not.toEqual(validation);
  });

  it("gives each class its share", () => {
    const classes = Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : i < 80 ? 1 : 2));
    const { validation } = splitForValidation(where, 100, 0.2, [7, 0], classes);
    const counts = [0, 1, 2].map((group) => [...validation].filter((row) => classes[row] === group).length);
    expect(counts).toEqual([10, 6, 4]);
  });

  it("refuses what leaves too few rows", () => {
    expect(() => splitForValidation(where, 10, 0.1, [1, 0], null)).toThrow(
      new RangeError(
        `${where}: earlyStopping needs two or more rows for validation and one or more for training, received 1 and 9. ` +
          "Change validationFraction, or give more rows.",
      ),
    );
    expect(() => splitForValidation(where, 6, 0.5, [1, 0], [0, 0, 0, 1, 1, 2])).toThrow(
      new RangeError(
        `${where}: expected two or more rows of each class, received 1 of class number 2. ` +
          "earlyStopping keeps rows of each class for validation.",
      ),
    );
  });
});
