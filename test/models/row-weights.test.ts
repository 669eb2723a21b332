import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import * as losses from "../../src/losses/index.js";
import { rowWeights } from "../../src/models/row-weights.js";

const sparse = losses.sparseCategoricalCrossentropy();
const binary = losses.binaryCrossentropy();
const categorical = losses.categoricalCrossentropy();
const mse = losses.meanSquaredError();

const classes = { data: new Float32Array([0, 1, 2]), rows: 3, width: 1 };
const values = { data: new Float32Array([0, 0.5, 1]), rows: 3, width: 1 };
const oneHot = { data: new Float32Array([0, 1, 1, 0]), rows: 2, width: 2 };

function ofOne(options: { sampleWeight?: unknown; classWeight?: unknown }, loss = sparse, target = classes) {
  return rowWeights("fit", options, [{ name: "out", loss }], [target], loss === sparse ? 3 : target.width)[0];
}

describe("weights of rows", () => {
  it("are products of sample and class weights", () => {
    const target = classes;
    expect(ofOne({})).toBeNull();
    expect(ofOne({ sampleWeight: [1, 2, 0] })).toEqual(new Float32Array([1, 2, 0]));
    expect(ofOne({ sampleWeight: [[1], [2], [3]] })).toEqual(new Float32Array([1, 2, 3]));
    expect(ofOne({ sampleWeight: [1, 2, 3], classWeight: { 1: 10 } })).toEqual(new Float32Array([1, 20, 3]));
    expect(ofOne({ classWeight: { 0: 5 } }, categorical, oneHot)).toEqual(new Float32Array([1, 5]));
    expect(ofOne({ classWeight: { 2: 0 } }, mse, target)).toEqual(new Float32Array([1, 1, 0]));
  });

  it("are those of classes in the training rows alone", () => {
    const options = { sampleWeight: [1, 2, 3], classWeight: { 0: 10, 1: 10, 2: 10 } };
    const weights = rowWeights("fit", options, [{ name: "out", loss: sparse }], [classes], 3, 2);
    expect(weights).toEqual([new Float32Array([10, 20, 3])]);
  });

  it("leave the given numbers as they are", () => {
    const sampleWeight = new Float32Array([1, 2, 3]);
    ofOne({ sampleWeight, classWeight: { 0: 7 } });
    expect(sampleWeight).toEqual(new Float32Array([1, 2, 3]));
  });

  it("are one finite number a row", () => {
    expect(() => ofOne({ sampleWeight: [1, 2] })).toThrow(
      new ShapeError("fit, sampleWeight: expected one number a row: expected 3, received 2 in sampleWeight."),
    );
    expect(() => ofOne({ sampleWeight: [1, 2, Number.NaN] })).toThrow(
      "fit, sampleWeight: expected finite numbers, received NaN in row 2.",
    );
    expect(() => ofOne({ sampleWeight: { data: new Float32Array(6), shape: [3, 2] } })).toThrow(
      new ShapeError("fit, sampleWeight: expected shape [batch] or [batch, 1], received [3, 2]."),
    );
  });

  it("belong to known classes", () => {
    const refused = (classWeight: unknown, text: string, loss = sparse, target = classes) =>
      expect(() => ofOne({ classWeight }, loss, target)).toThrow(`fit, classWeight: ${text}`);
    refused({ 3: 1 }, 'classes must be integers in [0, 2], received "3".');
    for (const key of ["", " ", "01", "1e0", "-0", "0x1"]) {
      refused({ [key]: 5 }, `classes must be integers in [0, 2], received "${key}".`);
    }
    refused({ cat: 1 }, 'classes must be integers in [0, 2], received "cat".');
    refused({ 2: 1 }, 'classes must be integers in [0, 1], received "2".', binary);
    refused({ 2: 1 }, 'classes must be integers in [0, 1], received "2".', categorical, oneHot);
    refused({ 1.5: 1 }, 'classes must be integers of at least 0, received "1.5".', mse);
    refused({ 1: -1 }, "the weight of class 1 must be a finite number of at least 0, received -1.");
    refused(
      { 1: Number.POSITIVE_INFINITY },
      "the weight of class 1 must be a finite number of at least 0, received Infinity.",
    );
    const remedy = "For example { 0: 1, 1: 10 }; of a Map, Object.fromEntries(map).";
    for (const [given, received] of [
      [[1, 2, 3], "an array of 3"],
      [new Map([[1, 1000]]), "Map"],
      [new Set([1]), "Set"],
      [Float32Array.of(1, 2, 3), "Float32Array(3)"],
      [new (class Weights {})(), "an object"],
      [null, "null"],
    ]) {
      refused(given, `expected an object of weights by class, received ${received}. ${remedy}`);
    }
    expect(ofOne({ classWeight: Object.assign(Object.create(null), { 1: 1000 }) })).toEqual(
      new Float32Array([1, 1000, 1]),
    );
    refused({ 0: 2 }, "expected targets that are class numbers, received 0.5 in row 1.", mse, values);
  });

  it("are given for each output, or once for all of them", () => {
    const outputs = [
      { name: "a", loss: sparse },
      { name: "b", loss: null },
    ];
    const weights = (sampleWeight: unknown) => rowWeights("fit", { sampleWeight }, outputs, [classes, null], 3);
    const [one, two] = [new Float32Array([1, 2, 3]), new Float32Array([4, 5, 6])];
    expect(weights([1, 2, 3])).toEqual([one, one]);
    expect(weights(one)).toEqual([one, one]);
    expect(weights([[1, 2, 3], two])).toEqual([one, two]);
    expect(weights([null, [4, 5, 6]])).toEqual([null, two]);
    expect(weights({ b: two })).toEqual([null, two]);
    expect(() => weights({ c: two })).toThrow(
      'fit, sampleWeight, name of an output: expected a known name, received "c". Did you mean "a"? Known names: a, b.',
    );
    expect(() => weights({ b: [1] })).toThrow(
      'fit, sampleWeight "b": expected one number a row: expected 3, received 1',
    );
    expect(() => weights([one])).toThrow(
      "fit, sampleWeight: expected an array of 2 tensors, one for each output, received an array of 1.",
    );
    expect(() => rowWeights("fit", { classWeight: { 0: 1 } }, outputs, [classes, null], 3)).toThrow(
      "fit: classWeight needs a model with one output, received 2. Use sampleWeight with weights for each output.",
    );
  });
});
