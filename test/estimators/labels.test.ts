import { describe, expect, it } from "vitest";
import { Classes, readLabels } from "../../src/estimators/labels.js";
import { ShapeError, tensor } from "../../src/index.js";

const where = "estimators.mlpClassifier, fit";
const read = (y: unknown) => readLabels(where, y);
const classes = (y: unknown) => Classes.of(where, read(y));

describe("labels", () => {
  it.each([
    [["b", "a", "b", "c"], ["a", "b", "c"], [1, 0, 1, 2], "multiclass"],
    [[10, 9, 10], [9, 10], [1, 0, 1], "binary"],
    [[true, false], [false, true], [1, 0], "binary"],
    [Uint8Array.of(3, 1, 2), [1, 2, 3], [2, 0, 1], "multiclass"],
    [tensor([[5], [4]]), [4, 5], [1, 0], "binary"],
    [[["x"], ["y"]], ["x", "y"], [0, 1], "binary"],
  ])("of %o are sorted and numbered", (y, labels, numbers, kind) => {
    const found = classes(y);
    expect(found.labels).toEqual(labels);
    expect([...found.encode(where, read(y))]).toEqual(numbers);
    expect(found.kind).toBe(kind);
    expect(found.outputs).toBe(kind === "binary" ? 1 : labels.length);
  });

  it("of several columns are 0 and 1 for each", () => {
    const y = [
      [1, 0, 1],
      [0, 0, 1],
    ];
    const found = classes(y);
    expect(found).toMatchObject({ kind: "multilabel", labels: [0, 1, 2], outputs: 3 });
    expect([...found.encode(where, read(y))]).toEqual([1, 0, 1, 0, 0, 1]);
    expect(classes(tensor(y)).equals(found)).toBe(true);
    expect(classes([0, 1, 2]).equals(found)).toBe(false);
  });

  it.each([
    ["abc", TypeError, 'y: expected an array of labels, received "abc".'],
    [[], RangeError, "y: expected one or more labels, received none."],
    [["a", 1], TypeError, "y: labels must be all texts, all integers or all booleans, received 1 in row 1."],
    [[null], TypeError, "y: labels must be all texts, all integers or all booleans, received null in row 0."],
    [
      [1, Number.NaN],
      RangeError,
      "y: labels must be integers, received NaN in row 1. For other numbers use estimators.mlpRegressor.",
    ],
    [
      [0.5, 1],
      RangeError,
      "y: labels must be integers, received 0.5 in row 0. For other numbers use estimators.mlpRegressor.",
    ],
    [
      [
        [0, 1],
        [2, 0],
      ],
      RangeError,
      "y: several labels a row must be 0 or 1, received 2 in row 1, column 0.",
    ],
    [
      [["a"], ["b"], ["c", "d"], ["a"], "bcd", ["a"]],
      ShapeError,
      "y: expected an array of 1 label in each row, as in row 0, received an array of 2 in row 2.",
    ],
    [[["a"], "bcd"], ShapeError, 'y: expected an array of 1 label in each row, as in row 0, received "bcd" in row 1.'],
    [[["a"], null], ShapeError, "y: expected an array of 1 label in each row, as in row 0, received null in row 1."],
    [
      ["a", ["b"]],
      TypeError,
      "y: labels must be all texts, all integers or all booleans, received an array of 1 in row 1.",
    ],
    [
      Object.assign(["a", "b", "c"], { length: 4 }),
      TypeError,
      "y: labels must be all texts, all integers or all booleans, received undefined in row 3.",
    ],
    [[[], []], ShapeError, "y: expected one or more labels a row, received none in row 0."],
    [["a", "a"], RangeError, 'y: expected two or more classes, received "a" only.'],
  ])("refuse %o", (y, kind, message) => {
    expect(() => classes(y)).toThrow(new kind(`${where}, ${message}`));
  });

  it("refuse what is not known", () => {
    const known = classes(["a", "b"]);
    expect(() => known.encode(where, read(["b", "z"]))).toThrow(
      `${where}, y: expected labels of known classes, received "z" in row 1. Known: "a", "b".`,
    );
    expect(() => known.encode(where, read([[0, 1]]))).toThrow(
      `${where}, y: expected one label a row, received [1, 2].`,
    );
    expect(() => classes([[0, 1, 1]]).encode(where, read([[0, 1]]))).toThrow(
      `${where}, y: expected 3 labels a row, received [1, 2].`,
    );
    expect(() => classes([[0, 1, 1]]).encode(where, read(["a"]))).toThrow(
      new ShapeError(`${where}, y: expected 3 labels a row, received [1, 1].`),
    );
  });
});
