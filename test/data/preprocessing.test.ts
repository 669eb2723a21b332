// Scalers, encoders, folds and class weights against those of scikit-learn (test/fixtures/make_preprocessing.py).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { data, layers, sequential, tensor } from "../../src/index.js";

interface Fixture {
  x: number[][];
  otherX: number[][];
  scalers: {
    scaler: "standardScaler" | "minMaxScaler" | "robustScaler";
    options: object;
    train: number[][];
    other: number[][];
  }[];
  labels: string[];
  numbers: number[];
  kFold: Record<string, number[][]>;
  stratifiedKFold: Record<string, number[][]>;
  classWeight: number[];
  sizes: [rows: number, testSize: number, train: number, test: number][];
}

const fixture = JSON.parse(readFileSync(new URL("../fixtures/preprocessing.json", import.meta.url), "utf8")) as Fixture;

/** Results are rounded to float32: relative 1e-6, and absolute for what cancels to 0. */
function expectClose(found: number[][], expected: number[][]): void {
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) {
      const difference = Math.abs((found[i]?.[j] as number) - value);
      expect(difference, `row ${i}, column ${j}`).toBeLessThan(1e-6 * Math.abs(value) + 1e-7);
    }
  }
}

describe("scalers", () => {
  it.each(fixture.scalers)("$scaler $options as scikit-learn", ({ scaler, options, train, other }) => {
    const made = data[scaler](options);
    expectClose(made.fitTransform(fixture.x).toArray(), train);
    expectClose(made.transform(fixture.otherX).toArray(), other);
    if ("clip" in options) return;
    const back = made.inverseTransform(made.transform(fixture.otherX)).toArray<number[][]>();
    for (const [i, row] of fixture.otherX.entries()) {
      // What was lost by rounding counts in units of the column's offset.
      for (const [j, value] of row.entries()) {
        const size = Math.abs(value) + Math.abs(made.state?.offset[j] as number);
        expect(Math.abs((back[i]?.[j] as number) - value)).toBeLessThan(1e-6 * size + 1e-7);
      }
    }
  });

  it("scale data sets and keep what they have found as plain data", () => {
    const set = data.fromArrays(
      [
        [1, 5],
        [3, 7],
      ],
      [0, 1],
      { featureNames: ["a", "b"] },
    );
    const scaler = data.standardScaler();
    const scaled = scaler.fitTransform(set);
    expect(scaled.x.toArray()).toEqual([
      [-1, -1],
      [1, 1],
    ]);
    expect([scaled.y, scaled.featureNames]).toEqual([set.y, ["a", "b"]]);
    const other = data.standardScaler();
    other.state = JSON.parse(JSON.stringify(scaler.state)) as data.ScalerState;
    expect(other.transform([[5, 9]]).toArray()).toEqual([[3, 3]]);
    expect(set.x.toArray()).toEqual([
      [1, 5],
      [3, 7],
    ]);
  });

  it("refuse wrong arguments", () => {
    const scaler = data.standardScaler();
    expect(() => scaler.transform([[1]])).toThrow(
      "data.standardScaler, transform: expected a scaler that knows data, received none. Call fit before.",
    );
    expect(() => scaler.fit([1, 2])).toThrow(
      "data.standardScaler, fit: expected shape [rows, features], received [2].",
    );
    expect(() => scaler.fit([[1], [Number.NaN]])).toThrow(
      "data.standardScaler, fit: expected finite numbers, received NaN in row 1, column 0. Replace or remove missing values.",
    );
    scaler.fit([[1, 2]]);
    expect(() => scaler.transform([[1]])).toThrow(
      "data.standardScaler, transform: expected rows of 2 numbers as in fit, received 1.",
    );
    expect(() => data.minMaxScaler({ featureRange: [1, 1] })).toThrow(
      "data.minMaxScaler: featureRange must rise, received [1, 1].",
    );
    expect(() => data.robustScaler({ quantileRange: [5] as never })).toThrow(
      "data.robustScaler: quantileRange must be two numbers, received an array of 1.",
    );
  });
});

describe("encoders", () => {
  it("number labels as scikit-learn", () => {
    const encoder = data.labelEncoder<string>();
    expect([...encoder.fitTransform(fixture.labels)]).toEqual(fixture.numbers);
    expect(encoder.inverseTransform(fixture.numbers)).toEqual(fixture.labels);
    expect(data.labelEncoder<number>().fit([10, 9, 100]).classes).toEqual([9, 10, 100]);
    expect(() => encoder.transform(["a", "q"])).toThrow(
      'data.labelEncoder, transform: expected known labels, received "q" in row 1. Known: "a", "b", "c".',
    );
    expect(() => encoder.inverseTransform([3])).toThrow(
      "data.labelEncoder, inverseTransform: expected class numbers 0 ... 2, received 3 in row 0.",
    );
    expect(() => data.labelEncoder().transform(["a"])).toThrow(
      "data.labelEncoder, transform: expected known labels, received none. Call fit before.",
    );
  });

  it("make one-hot rows", () => {
    expect(data.oneHot([0, 2, 1]).toArray()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(data.oneHot(new Uint8Array([1]), 3).toArray()).toEqual([[0, 1, 0]]);
    expect(data.oneHot([[1], [0]], 2).shape).toEqual([2, 2]);
    expect(() => data.oneHot([0, 3], 3)).toThrow(
      "data.oneHot, y: expected class numbers 0 ... 2, received 3 in row 1.",
    );
    expect(() => data.oneHot([0.5])).toThrow(
      "data.oneHot, y: expected class numbers 0, 1, 2 ..., received 0.5 in row 0.",
    );
  });

  it("weigh classes as scikit-learn", () => {
    expect(Object.values(data.classWeight("balanced", fixture.numbers))).toEqual(
      [1, 0, 2].sort().map((i) => expect.closeTo(fixture.classWeight[i] as number, 12)),
    );
    expect(() => data.classWeight("balanced", [0, -1])).toThrow(
      "data.classWeight, y: expected class numbers 0, 1, 2 ..., received -1.",
    );
    expect(() => data.classWeight("even" as never, [0])).toThrow("data.classWeight: expected a known name");
  });
});

describe("folds", () => {
  it.each(Object.entries(fixture.kFold))("%s folds as scikit-learn", (folds, tests) => {
    const found = data.kFold(fixture.labels.length, { folds: Number(folds) });
    expect(found.map(({ test }) => [...test])).toEqual(tests);
    for (const { train, test } of found) {
      expect([...train, ...test].sort((a, b) => a - b)).toEqual([...fixture.labels.keys()]);
    }
  });

  it.each(Object.entries(fixture.stratifiedKFold))("%s stratified folds as scikit-learn", (folds, tests) => {
    const found = data.stratifiedKFold(fixture.labels, { folds: Number(folds) });
    expect(found.map(({ test }) => [...test])).toEqual(tests);
  });

  it("shuffle by a seed, and keep the shares", () => {
    const shuffled = (seed: number) => data.stratifiedKFold(fixture.labels, { folds: 3, shuffle: true, seed });
    expect(shuffled(1)).toEqual(shuffled(1));
    expect(shuffled(1)).not.toEqual(shuffled(2));
    const counts = (test: ArrayLike<number>) =>
      ["a", "b", "c"].map((label) => Array.from(test).filter((row) => fixture.labels[row] === label).length);
    const plain = data.stratifiedKFold(fixture.labels, { folds: 3 });
    expect(shuffled(1).map(({ test }) => counts(test))).toEqual(plain.map(({ test }) => counts(test)));
  });

  it("refuse wrong arguments", () => {
    expect(() => data.kFold(3, { folds: 4 })).toThrow(
      "data.kFold: folds must be at most the number of rows, 3, received 4.",
    );
    expect(() => data.stratifiedKFold([0, 1, 2], { folds: 2 })).toThrow(
      "data.stratifiedKFold: folds must be at most the rows of the largest class, 1, received 2.",
    );
  });
});

describe("trainTestSplit", () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => [i]);

  it.each(fixture.sizes)("%d rows with testSize %d as scikit-learn", (n, testSize, train, test) => {
    const parts = data.trainTestSplit(rows(n), rows(n), { testSize, seed: 1 });
    expect([parts.xTrain.shape[0], parts.xTest.shape[0]]).toEqual([train, test]);
    expect(parts.yTrain.data).toEqual(parts.xTrain.data);
    expect([...parts.xTrain.data, ...parts.xTest.data].sort((a, b) => a - b)).toEqual(rows(n).flat());
  });

  it("stratifies, and keeps the order when it is told to", () => {
    const stratify = Array.from({ length: 40 }, (_, i) => (i < 30 ? "a" : "b"));
    const { xTest } = data.trainTestSplit(rows(40), rows(40), { testSize: 0.2, stratify, seed: 5 });
    expect([...xTest.data].filter((row) => row < 30)).toHaveLength(6);
    const { xTrain } = data.trainTestSplit(rows(8), rows(8), { shuffle: false });
    expect([...xTrain.data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => data.trainTestSplit(rows(2), rows(2), { testSize: 2 })).toThrow(
      "data.trainTestSplit: both parts must have rows, together at most all, received 0 and 2 of 2.",
    );
  });
});

describe("crossValidate", () => {
  it("trains a model on each division, and tests it on the other rows", async () => {
    const x = tensor(
      Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
      [40, 2],
    );
    const y = Float32Array.from({ length: 40 }, (_, i) => (x.data[2 * i] as number) - (x.data[2 * i + 1] as number));
    const sizes: number[] = [];
    const made = async (train: data.DataSet) => {
      sizes.push(train.rows);
      const scale = layers.normalization({ inputShape: [2] });
      await scale.adapt(train);
      const net = sequential([scale, layers.dense({ units: 1 })], { seed: 1 });
      net.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["mae"] });
      return net;
    };
    const options = { folds: 4, seed: 2, fit: { epochs: 2 } };
    const result = await data.crossValidate(made, x, y, options);
    expect(sizes).toEqual([30, 30, 30, 30]);
    const losses = result.folds.map((fold) => fold.loss as number);
    expect(new Set(losses).size).toBe(4);
    expect(result.mean.loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 4, 12);
    expect(Object.keys(result.std)).toEqual(["loss", "mae"]);
    expect(await data.crossValidate(made, data.fromArrays(x, y), options)).toEqual(result);
  });
});

describe("what sizes and mistakes do", () => {
  it("stratifies labels of as many classes as rows, and long lists of few", () => {
    const rows = 300_000;
    const each = Int32Array.from({ length: rows }, (_, i) => i);
    expect(() => data.stratifiedKFold(each)).toThrow(
      "data.stratifiedKFold: folds must be at most the rows of the largest class, 1, received 5.",
    );
    expect(data.stratifiedKFold(new Int32Array(rows), { folds: 2 }).map(({ test }) => test.length)).toEqual([
      rows / 2,
      rows / 2,
    ]);
  });

  it("refuses to share out one row of a class", () => {
    const y = ["a", "a", "b"];
    const message = 'stratify needs two or more rows of each class, received one of class "b".';
    expect(() => data.trainTestSplit([[1], [2], [3]], [0, 0, 1], { stratify: y })).toThrow(message);
    const set = data.fromArrays([[1], [2], [3]], [0, 0, 1]);
    expect(() => set.split(0.5, { stratify: true })).toThrow(
      "DataSet, split: stratify needs two or more rows of each class, received one of class 1.",
    );
  });

  it("refuses states that are none", () => {
    const scaler = data.standardScaler();
    for (const state of [
      {},
      5,
      { offset: [1], scale: [0] },
      { offset: [1], scale: [] },
      { offset: ["1"], scale: [1] },
    ]) {
      expect(() => {
        scaler.state = state as data.ScalerState;
      }).toThrow(
        "data.standardScaler, state: expected { offset, scale } with a number for each column, no scale of 0, received",
      );
    }
    expect(scaler.state).toBeNull();
    scaler.state = { offset: [1], scale: [2] };
    expect(scaler.transform([[5]]).toArray()).toEqual([[2]]);
  });

  it("refuses names that do not fit, and lists that are none", () => {
    expect(() => data.fromArrays([[1, 2]], [0], { featureNames: ["a"] })).toThrow(
      "data.fromArrays: featureNames must be 2, one for each column, received 1.",
    );
    expect(() => data.fromArrays([[1, 2]], [0], { classes: 5 as never })).toThrow(
      "data.fromArrays: classes must be a list of texts, received 5.",
    );
    const encoder = data.labelEncoder().fit(["a"]);
    expect(() => encoder.transform(undefined as never)).toThrow(
      "data.labelEncoder, transform: expected a list, received undefined.",
    );
  });
});
