// Layers of noise: the distribution of what they do, and that all backends do the same.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { float64 } from "../graph/execute.js";
import { LayerRun } from "./run-layer.js";

const rows = 20;
const columns = 1000;
const count = rows * columns;

const constant = (value: number) => new Float32Array(count).fill(value);

/** What the layer makes of rows of one number. */
function disturbed(layer: layers.Layer, value: number, backend: Backend, training = true): number[] {
  const dy = () => constant(1);
  const run = new LayerRun(layer, { shape: [rows, columns], x: constant(value), dy, training }, backend);
  const { y } = run;
  run.dispose();
  return y;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[], around: number) => mean(values.map((value) => (value - around) ** 2));

/** Five standard errors of the mean and of the variance of normal numbers. */
function expectNormal(values: readonly number[], center: number, stddev: number): void {
  expect(Math.abs(mean(values) - center)).toBeLessThan((5 * stddev) / Math.sqrt(count));
  expect(Math.abs(variance(values, center) / stddev ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
}

const saturation = -1.7580993408473766;

describe.each(testBackends)("noise on $label", ({ create, use }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it("gaussianNoise adds normal numbers", () => {
    expectNormal(disturbed(layers.gaussianNoise({ stddev: 0.5 }), 3, backend), 3, 0.5);
  });

  it("gaussianDropout multiplies by normal numbers", () => {
    expectNormal(disturbed(layers.gaussianDropout({ rate: 0.2 }), 2, backend), 2, 2 * Math.sqrt(0.2 / 0.8));
  });

  it.each([0.1, 0.5])("alphaDropout drops at rate %d, and keeps mean and variance", (rate) => {
    const layer = () => layers.alphaDropout({ rate });
    const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
    const b = -a * saturation * rate;
    const values = disturbed(layer(), 0.5, backend);
    const [kept, dropped] = [0.5, saturation].map((value) => a * value + b) as [number, number];
    const isKept = values.filter((value) => Math.abs(value - kept) < 1e-5).length;
    const isDropped = values.filter((value) => Math.abs(value - dropped) < 1e-5).length;
    expect(isKept + isDropped).toBe(count);
    expect(Math.abs(isDropped / count - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / count));
    // Inputs of mean 0 and variance 1: half of them are 1, half -1.
    const dy = () => constant(1);
    const x = constant(1).map((value, i) => (i % 2 === 0 ? value : -value));
    const run = new LayerRun(layer(), { shape: [rows, columns], x, dy, training: true }, backend);
    expect(Math.abs(mean(run.y))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(variance(run.y, 0) - 1)).toBeLessThan(0.03);
    run.dispose();
  });

  it("the same numbers on all backends, none outside of training", () => {
    const noisy = [layers.gaussianNoise({ stddev: 1 }), layers.gaussianDropout({ rate: 0.3 })];
    for (const layer of noisy) {
      const expected = disturbed(layer, 1, float64);
      // Normal numbers agree up to rounding.
      const distance = disturbed(layer, 1, backend).map((value, i) => Math.abs(value - (expected[i] as number)));
      expect(Math.max(...distance.slice(0, 10_000))).toBeLessThan(1e-5);
    }
    const dropping = layers.alphaDropout({ rate: 0.3 });
    const mask = (values: readonly number[]) => values.map((value) => value > 0);
    expect(mask(disturbed(dropping, 1, backend))).toEqual(mask(disturbed(dropping, 1, float64)));
    for (const layer of [...noisy, dropping]) {
      expect(disturbed(layer, 1, backend, false).every((value) => value === 1)).toBe(true);
    }
  });

  it("nothing at all with a rate of 0", () => {
    const quiet = [
      layers.gaussianNoise({ stddev: 0 }),
      layers.gaussianDropout({ rate: 0 }),
      layers.alphaDropout({ rate: 0 }),
    ];
    for (const layer of quiet) {
      expect(disturbed(layer, 0.7, backend).every((value) => value === Math.fround(0.7))).toBe(true);
    }
  });

  it("different noise in each use of ops in layers, and in layers of noise", async () => {
    await use();
    const x = input({ shape: [columns] });
    const noise = (stream?: number) =>
      layers.custom({ call: (z) => ops.add(z, ops.randomNormal(z, stream === undefined ? {} : { stream })) })(x);
    const twice = layers.custom({ call: (z) => ops.sub(ops.add(z, ops.randomNormal(z)), ops.randomNormal(z)) })(x);
    const dropped = [0, 1].map(() => layers.custom({ call: (z) => ops.dropout(z, 0.5) })(x));
    const outputs = [noise(), noise(), noise(0), noise(1), noise(1), twice, ...dropped];
    const net = model({ inputs: x, outputs });
    const results = [net.predictSync({ data: constant(1), shape: [rows, columns] })].flat();
    const [a, b, first, second, again, difference, c, d] = results.map(({ data }) => [...data]) as number[][];
    const distance = (p: number[] = [], q: number[] = []) => p.map((value, i) => value - (q[i] as number));
    const pairs = [distance(a, b), distance(a, first), distance(b, second), distance(first, second)];
    for (const pair of pairs) expectNormal(pair, 0, Math.SQRT2);
    expectNormal(difference as number[], 1, Math.SQRT2);
    expect(second).toEqual(again);
    expect(c).not.toEqual(d);
    // A layer of noise, which draws while training alone, and one of a user.
    const loss = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(ops.square(yPred), 1);
    const weight = layers.dense({ units: 1, kernelInitializer: "zeros" })(x);
    const left = layers.subtract()([layers.gaussianNoise({ stddev: 1 })(x), noise()]);
    const apart = model({ inputs: x, outputs: layers.add()([left, weight]) });
    apart.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss });
    const result = await apart.trainOnBatch({ data: constant(1), shape: [rows, columns] }, new Float32Array(rows));
    expect(Math.abs(result.loss / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });

  it("different noise in different layers and steps, the same for the same seed", async () => {
    await use();
    const make = (seed: number) => {
      const x = input({ shape: [columns] });
      const noise = () => layers.gaussianNoise({ stddev: 0.5 })(x);
      const weight = layers.dense({ units: 1, kernelInitializer: "zeros" });
      const distance = layers.subtract()([noise(), noise()]);
      const net = model({ inputs: x, outputs: [layers.add()([distance, weight(x)])], seed });
      const square = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(ops.square(yPred), 1);
      net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: square });
      return net;
    };
    const data = { data: constant(1), shape: [rows, columns] };
    const y = new Float32Array(rows);
    const net = make(1);
    const first = (await net.trainOnBatch(data, y)).loss;
    // Twice the variance of one of them; the standard error of a variance of normal numbers.
    expect(Math.abs(first / 0.5 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect((await net.trainOnBatch(data, y)).loss).not.toBe(first);
    expect((await make(1).trainOnBatch(data, y)).loss).toBe(first);
    expect((await make(2).trainOnBatch(data, y)).loss).not.toBe(first);
  });
});
