import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../src/errors.js";
import { tensor } from "../src/tensor.js";

describe("tensor", () => {
  it("infers the shape of nested arrays", () => {
    expect(
      tensor([
        [0, 1],
        [2, 3],
        [4, 5],
      ]).shape,
    ).toEqual([3, 2]);
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor(7).shape).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect([
      ...tensor([
        [0, 1],
        [2, 3],
      ]).data,
    ]).toEqual([0, 1, 2, 3]);
    expect([...tensor([true, false]).data]).toEqual([1, 0]);
  });

  it("gives nested arrays back", () => {
    expect(tensor(new Float32Array([1, 2, 3, 4]), [2, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(5).toArray()).toBe(5);
    expect(tensor([[], []]).toArray()).toEqual([[], []]);
  });

  it("keeps float32, bytes and int32 without a copy and converts the rest", () => {
    for (const data of [new Float32Array(2), new Uint8Array(2), new Int32Array(2)])
      expect(tensor(data).data).toBe(data);
    expect(tensor(new Float64Array([0.5])).data).toBeInstanceOf(Float32Array);
    expect(tensor(new Int16Array([-3])).data).toEqual(new Int32Array([-3]));
    expect(tensor(new Uint8ClampedArray([255])).data).toEqual(new Uint8Array([255]));
    expect(tensor(new BigInt64Array([4n])).data).toEqual(new Int32Array([4]));
    expect(tensor(Buffer.from([1, 2])).data[1]).toBe(2);
    expect(() => tensor(new Uint32Array([2 ** 31]))).toThrow(
      "tensor: value 0 must fit into 32 bits, received 2147483648.",
    );
    // @ts-expect-error a DataView has no elements
    expect(() => tensor(new DataView(new ArrayBuffer(4)))).toThrow(TypeError);
  });

  it("accepts rows as typed arrays and tensors", () => {
    expect(tensor([new Float32Array([1, 2]), new Float32Array([3, 4])]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(tensor([[1, 2]])).shape).toEqual([1, 2]);
    expect(tensor({ data: new Uint8Array(6), shape: [2, 3] }).shape).toEqual([2, 3]);
    expect(tensor({ data: new Uint8Array(6), shape: [2, 3] }, [3, 2]).shape).toEqual([3, 2]);
  });

  it("accepts arrays of another realm", () => {
    const { array, nested } = vm.runInNewContext("({ array: new Float32Array([1, 2]), nested: [[1], [2]] })") as {
      array: Float32Array;
      nested: number[][];
    };
    expect(tensor(array, [2, 1]).data).toBe(array);
    expect(tensor(nested).shape).toEqual([2, 1]);
  });

  it("names the row of ragged or non-numeric input", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(
      new ShapeError("tensor: expected 2 values in row 1, received 1. Every row must have the shape of row 0."),
    );
    expect(() => tensor([[1, 2], 3])).toThrow(
      new ShapeError("tensor: expected an array of 2 in row 1, received 3. Every row must have the shape of row 0."),
    );
    expect(() => tensor([[1], [[2]]])).toThrow(
      "tensor: expected a number in row 1, column 0, received an array of 1. Every row must have the shape of row 0.",
    );
    const text = 'tensor: expected a number in row 1, column 0, received "a".';
    expect(() => tensor([[1], ["a"]] as unknown as number[][])).toThrow(new TypeError(text));
    expect(() => tensor([1, null] as unknown as number[])).toThrow(
      "tensor: expected a number in row 1, received null.",
    );
    expect(() => tensor("abc" as unknown as number[])).toThrow('tensor: expected a number, received "abc".');
  });

  it("checks a given shape", () => {
    expect(() => tensor(new Float32Array(5), [2, 3])).toThrow(
      "tensor: expected 6 values for shape [2, 3], received 5.",
    );
    expect(() => tensor(new Float32Array(5), [-1, 5])).toThrow(
      "tensor: shape must hold integers of at least 0, received [-1, 5].",
    );
  });
});
