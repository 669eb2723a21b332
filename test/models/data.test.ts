import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import * as losses from "../../src/losses/index.js";
import {
  checkInputs,
  checkTarget,
  inputMatrices as findInputs,
  targetMatrix as findTarget,
} from "../../src/models/data.js";

/** Inputs of these shapes with the names a, b. */
function ports(...shapes: (number | null)[][]) {
  return { names: ["a", "b"].slice(0, shapes.length), tensors: shapes.map((shape) => ({ shape })) };
}

const shapes = ports([null, 2]);

/** Shapes, then values, as the procedures do. */
function inputMatrices(...parameters: Parameters<typeof findInputs>) {
  const matrices = findInputs(...parameters);
  for (const _ of checkInputs(parameters[0], matrices, parameters[2].names));
  return matrices;
}

function targetMatrix(where: string, y: unknown, rows: number, loss: losses.Loss, width: number) {
  const target = findTarget(where, y, rows, loss, width);
  for (const _ of checkTarget(where, target, loss, width));
  return target;
}

describe("inputs", () => {
  it("are rows of the model's input shape", () => {
    expect(
      inputMatrices(
        "fit",
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        shapes,
      ),
    ).toMatchObject([{ rows: 3, width: 2 }]);
    expect(inputMatrices("fit", { data: new Uint8Array(12), shape: [3, 2, 2] }, ports([null, 2, 2]))).toMatchObject([
      { rows: 3, width: 4, data: new Uint8Array(12) },
    ]);
  });

  it("a flat typed array is cut into rows, a list of numbers is a column", () => {
    expect(inputMatrices("fit", new Float32Array(6), shapes)).toMatchObject([{ rows: 3, width: 2 }]);
    expect(inputMatrices("fit", [1, 2, 3], ports([null, 1]))).toMatchObject([{ rows: 3, width: 1 }]);
    expect(() => inputMatrices("fit", [1, 2, 3, 4], shapes)).toThrow(ShapeError);
    expect(() => inputMatrices("fit", new Float32Array(5), shapes)).toThrow(
      "fit, x: expected shape [batch, 2], received [5].",
    );
  });

  it("one row alone is accepted where it is asked for", () => {
    expect(inputMatrices("predict", [1, 2], shapes, true)).toMatchObject([{ rows: 1, width: 2 }]);
    expect(() => inputMatrices("fit", [1, 2], shapes)).toThrow("fit, x: expected shape [batch, 2], received [2].");
  });

  it("must not be empty, ragged, or of another shape", () => {
    expect(() => inputMatrices("fit", [], shapes)).toThrow(RangeError);
    expect(() => inputMatrices("fit", { data: new Float32Array(0), shape: [0, 2] }, shapes)).toThrow(
      "fit, x: expected one or more rows, received none.",
    );
    expect(() => inputMatrices("fit", [[1, 2], [3]], shapes)).toThrow(
      "fit, x: expected 2 values in row 1, received 1.",
    );
    expect(() => inputMatrices("fit", [[1, 2, 3]], shapes)).toThrow(
      "fit, x: expected shape [batch, 2], received [1, 3].",
    );
  });

  it("must be finite: the message names row and column", () => {
    expect(() =>
      inputMatrices(
        "fit",
        [
          [1, 2],
          [3, Number.NaN],
        ],
        shapes,
      ),
    ).toThrow(
      "fit, x: expected finite numbers, received NaN in row 1, column 1. Replace or remove missing values before training.",
    );
    expect(() =>
      inputMatrices(
        "fit",
        [
          [1, 2],
          [-Infinity, 1],
        ],
        shapes,
      ),
    ).toThrow("received -Infinity in row 1, column 0");
  });

  it("are looked at in blocks, so that other work gets its turn", () => {
    const data = new Float32Array(2 * (1 << 20) + 2);
    const [matrix] = findInputs("fit", data, shapes);
    expect([...checkInputs("fit", [matrix ?? { data, rows: 0, width: 2 }], ["a"])]).toEqual([
      { kind: "pause" },
      { kind: "pause" },
    ]);
    data[data.length - 1] = Number.NEGATIVE_INFINITY;
    expect(() => inputMatrices("fit", data, shapes)).toThrow("received -Infinity in row 1048576, column 1");
  });

  it("of models with several inputs have the same number of rows", () => {
    const two = ports([null, 2], [null, 1]);
    expect(inputMatrices("fit", [[[1, 2]], [[3]]], two)).toHaveLength(2);
    expect(() => inputMatrices("fit", [[[1, 2]], [[3], [4]]], two)).toThrow(
      'fit: all inputs must have the same number of rows: expected 1, received 2 in x "b".',
    );
    expect(() => inputMatrices("fit", [[1, 2]], two)).toThrow(
      "fit, x: expected an array of 2 tensors, one for each input, received an array of 1. " +
        "Or give an object with the keys a, b.",
    );
  });

  it("are given by name, too", () => {
    const two = ports([null, 2], [null, 1]);
    expect(inputMatrices("fit", { b: [3], a: [[1, 2]] }, two)).toMatchObject([{ width: 2 }, { width: 1 }]);
    expect(inputMatrices("fit", { a: [[1, 2]] }, shapes)).toMatchObject([{ width: 2 }]);
    expect(() => inputMatrices("fit", { a: [[1, 2]] }, two)).toThrow('fit, x "b": expected a tensor, received none.');
    expect(() => inputMatrices("fit", { a: [[1, 2]], bb: [3] }, two)).toThrow(
      'fit, x, name of an input: expected a known name, received "bb". Did you mean "b"? Known names: a, b.',
    );
    expect(() => inputMatrices("fit", { a: [[1, 2]], b: [[1, 2]] }, two)).toThrow(
      'fit, x "b": expected shape [batch, 1], received [1, 2].',
    );
  });
});

describe("targets", () => {
  const mse = losses.meanSquaredError();
  const sparse = losses.sparseCategoricalCrossentropy();
  const categorical = losses.categoricalCrossentropy();

  it("have the width of the output, or one class number", () => {
    expect(targetMatrix("fit", [1, 2, 3], 3, mse, 1)).toMatchObject({ rows: 3, width: 1 });
    expect(targetMatrix("fit", [[1], [2], [3]], 3, mse, 1)).toMatchObject({ rows: 3, width: 1 });
    expect(targetMatrix("fit", new Uint8Array([0, 9]), 2, sparse, 10)).toMatchObject({ rows: 2, width: 1 });
    expect(targetMatrix("fit", new Float32Array(6), 2, mse, 3)).toMatchObject({ rows: 2, width: 3 });
  });

  it("of another shape are refused with a remedy", () => {
    expect(() => targetMatrix("fit", [1, 2], 2, mse, 3)).toThrow(
      "fit, y: meanSquaredError needs shape [batch, 3] like the model's output, received [2].",
    );
    expect(() => targetMatrix("fit", [1, 2], 2, categorical, 3)).toThrow(
      "For class numbers use sparseCategoricalCrossentropy.",
    );
    expect(() =>
      targetMatrix(
        "fit",
        [
          [0, 1],
          [1, 0],
        ],
        2,
        sparse,
        2,
      ),
    ).toThrow(
      "fit, y: sparseCategoricalCrossentropy needs one class number a row, shape [batch] or [batch, 1], received [2, 2]. " +
        "For one-hot targets use categoricalCrossentropy.",
    );
    expect(() => targetMatrix("fit", [1, 2], 3, mse, 1)).toThrow(
      "fit: x and y must have the same number of rows: expected 3, received 2 in y.",
    );
  });

  it("out of range are refused with their row", () => {
    expect(() => targetMatrix("fit", [0, 3], 2, sparse, 3)).toThrow(
      "fit, y: labels must be integers in [0, 2], received 3 in row 1. The output has 3 units: labels are 0 ... 2.",
    );
    expect(() => targetMatrix("fit", [0, 0.5], 2, sparse, 3)).toThrow("received 0.5 in row 1");
    expect(() => targetMatrix("fit", [0, -1], 2, sparse, 3)).toThrow("received -1 in row 1");
    expect(() => targetMatrix("fit", [[0, 2]], 1, categorical, 2)).toThrow(
      "fit, y: targets of categoricalCrossentropy must be in [0, 1], received 2 in row 0, column 1.",
    );
    expect(() => targetMatrix("fit", [0, -1], 2, losses.binaryCrossentropy(), 1)).toThrow("received -1 in row 1");
    expect(() => targetMatrix("fit", [0, Number.NaN], 2, mse, 1)).toThrow("received NaN in row 1, column 0");
  });
});
