import { describe, expect, it } from "vitest";
import { data, tensor } from "../../src/index.js";

const rows = 100;
const x = tensor(
  Float32Array.from({ length: rows * 2 }, (_, i) => i),
  [rows, 2],
);
const y = Int32Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? 1 : 0));
const set = data.fromArrays(x, y, { featureNames: ["a", "b"], classes: ["no", "yes"] });
const firsts = (part: data.DataSet) => Array.from({ length: part.rows }, (_, i) => (part.x.data[2 * i] as number) / 2);
const share = (part: data.DataSet) => [...(part.y?.data ?? [])].reduce((a, b) => a + b, 0);

describe("DataSet", () => {
  it("splits into parts that have each row once", () => {
    const { train, test } = set.split(0.8, { seed: 1 });
    expect([train.rows, test.rows]).toEqual([80, 20]);
    expect([...firsts(train), ...firsts(test)].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
    expect(firsts(train)).not.toEqual([...Array(80).keys()]);
    for (const part of [train, test]) {
      expect([...(part.y?.data ?? [])]).toEqual(firsts(part).map((row) => (row % 10 === 0 ? 1 : 0)));
      expect(part.featureNames).toEqual(["a", "b"]);
    }
    expect(firsts(set.split(0.8, { seed: 1 }).train)).toEqual(firsts(train));
    expect(firsts(set.split(0.8, { seed: 2 }).train)).not.toEqual(firsts(train));
    expect(firsts(set.split(0.8, { shuffle: false }).test)).toEqual([...Array(20).keys()].map((i) => i + 80));
  });

  it("keeps the shares of classes when it is asked to", () => {
    for (const seed of [1, 2, 3]) {
      const { train, test } = set.split(0.7, { seed, stratify: true });
      expect([share(train), share(test)]).toEqual([7, 3]);
    }
    for (const { train, test } of set.kFold({ folds: 5, stratify: true, seed: 3 })) {
      expect([share(train), share(test)]).toEqual([8, 2]);
    }
    const oneHot = data.fromArrays(
      [[0], [1], [2], [3]],
      [
        [1, 0],
        [0, 1],
        [1, 0],
        [0, 1],
      ],
    );
    expect(oneHot.split(0.5, { stratify: true, seed: 1 }).train.y?.toArray<number[][]>().flat().sort()).toEqual([
      0, 0, 1, 1,
    ]);
  });

  it("batches, and spreads classes over the batches", async () => {
    const sizes: number[] = [];
    for (const [part] of set) sizes.push((part as data.DataSet["x"]).shape[0] as number);
    expect(sizes).toEqual([32, 32, 32, 4]);
    for await (const [, part] of set.batch(20, { stratify: true, shuffle: true, seed: 4 })) {
      expect((part as data.DataSet["x"]).data.filter((label: number) => label === 1)).toHaveLength(2);
    }
    const stream = set.batch(rows, { shuffle: true, seed: 1 });
    const orders: string[] = [];
    for (let pass = 0; pass < 2; pass++)
      for await (const [part] of stream) orders.push(String((part as data.DataSet["x"]).data));
    expect(orders[0]).not.toBe(orders[1]);
  });

  it("takes, skips, shuffles and maps", () => {
    expect(firsts(set.take(3))).toEqual([0, 1, 2]);
    expect(firsts(set.skip(98))).toEqual([98, 99]);
    expect(set.take(3).x.data.buffer).toBe(x.data.buffer);
    expect(firsts(set.shuffle({ seed: 1 })).sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
    const doubled = set.map(([values, labels]) => [
      tensor(
        (values as data.DataSet["x"]).data.map((v) => 2 * v),
        [rows, 2],
      ),
      labels ?? [],
    ]);
    expect(doubled.x.data[5]).toBe(10);
    expect(doubled.featureNames).toEqual(["a", "b"]);
    expect(set.classWeight()).toEqual({ 0: 100 / 180, 1: 5 });
  });

  it("refuses wrong arguments", () => {
    expect(() => set.split(1)).toThrow("DataSet, split: both parts must have rows, received 100 and 0 of 100.");
    expect(() => set.split(2)).toThrow("DataSet, split: fraction must be a number in [0, 1], received 2.");
    expect(() => set.kFold({ folds: 1 })).toThrow("data.kFold: folds must be an integer of at least 2, received 1.");
    expect(() => set.select([100])).toThrow("DataSet, select: row must be an integer of at most 99, received 100.");
    expect(() => data.fromArrays([[1], [2]], [1])).toThrow(
      "data.fromArrays: x and y must have the same number of rows: expected 2, received 1 in y.",
    );
    expect(() => data.fromArrays([[1]]).split(0.5, { stratify: true })).toThrow("both parts must have rows");
    expect(() => data.fromArrays([[1], [2]]).split(0.5, { stratify: true })).toThrow(
      "DataSet, split: expected a data set with y, received one without.",
    );
  });
});
