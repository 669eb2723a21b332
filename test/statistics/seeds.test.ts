// One seed, one result: the same weights, orders and masks on every backend and number of threads; and no two layers that draw
// the same numbers.

import { afterAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import { testBackends } from "../backends.js";
import { distance } from "../properties/numbers.js";
import { allWeights, classification, classifier } from "../models/networks.js";

const { x, y } = classification(300);
const names = [...new Set(testBackends.map(({ name }) => name))];

afterAll(() => setBackend("reference"));

async function train(seed: number): Promise<number[]> {
  const net = classifier(seed);
  await net.fit(x, y, { epochs: 2, batchSize: 64, verbose: 0 });
  const weights = allWeights(net);
  net.dispose();
  return weights;
}

describe("the seed of a model", () => {
  it("decides its training on every backend, up to rounding", async () => {
    const runs = [];
    for (const backend of testBackends) {
      await backend.use();
      const weights = await train(5);
      expect(await train(5)).toEqual(weights);
      runs.push(weights);
    }
    for (const weights of runs) expect(distance(weights, runs[0] as number[])).toBeLessThan(1e-4);
    // Without the seed nothing is the same.
    expect(distance(await train(6), runs[0] as number[])).toBeGreaterThan(0.1);
  });

  it.each(names)("decides it to the last bit for any number of threads (%s)", async (name) => {
    const runs = [];
    for (const threads of [1, 2, 3]) {
      await setBackend(name, { threads });
      runs.push(await train(5));
    }
    for (const weights of runs) expect(weights).toEqual(runs[0]);
  });
});

describe("streams of random numbers", () => {
  const units = 64;
  const kernels = (net: Model) => net.getWeights().map(({ data }) => data);
  const equalLayers = (seed: number) =>
    sequential(
      Array.from({ length: 4 }, (_, i) =>
        layers.dense({ units, useBias: false, ...(i === 0 && { inputShape: [units] }) }),
      ),
      { seed },
    );

  function correlation(a: Float32Array, b: Float32Array): number {
    let [ab, aa, bb] = [0, 0, 0];
    a.forEach((value, i) => {
      ab += value * (b[i] as number);
      aa += value * value;
      bb += (b[i] as number) ** 2;
    });
    return ab / Math.sqrt(aa * bb);
  }

  it("differ from layer to layer and from seed to seed", () => {
    const all = [...kernels(equalLayers(1)), ...kernels(equalLayers(2))] as Float32Array[];
    // The standard error of a correlation of independent numbers.
    const limit = 5 / Math.sqrt(units * units);
    all.forEach((a, i) => {
      for (const b of all.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(limit);
    });
    expect(kernels(equalLayers(1))).toEqual(kernels(equalLayers(1)));
  });
});
