// Data sets and streams in the hands of models and of layers that adapt.

import { beforeAll, describe, expect, it } from "vitest";
import { data, layers, optimizers, sequential, tensor } from "../../src/index.js";
import { testBackends } from "../backends.js";

const rows = 96;
const x = tensor(
  Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(i)),
  [rows, 3],
);
const y = Float32Array.from({ length: rows }, (_, i) => Math.cos(3 * i));
const sampleWeight = Float32Array.from({ length: rows }, (_, i) => 1 + (i % 3));
const set = data.fromArrays(x, y, { sampleWeight });

const network = () => {
  const net = sequential(
    [layers.dense({ units: 4, activation: "tanh", inputShape: [3] }), layers.dense({ units: 1 })],
    { seed: 3 },
  );
  net.compile({ optimizer: "adam", loss: "meanSquaredError", weightedMetrics: ["mae"] });
  return net;
};
const quiet = { verbose: 0, shuffle: false } as const;

describe.each(testBackends)("data sets on $label", ({ use }) => {
  beforeAll(use);

  it("train as their arrays do", async () => {
    const [a, b, c] = [network(), network(), network()];
    const validationData = [x, y, sampleWeight] as const;
    const whole = await a.fit(x, y, { ...quiet, epochs: 3, sampleWeight, validationData });
    const byset = await b.fit(set, { ...quiet, epochs: 3, validationData: set });
    const batches = await c.fit(set.batch(32), { ...quiet, epochs: 3, validationData: set });
    expect(byset.history).toEqual(whole.history);
    expect(batches.history).toEqual(whole.history);
    expect(b.getWeights()).toEqual(a.getWeights());
    expect(c.getWeights()).toEqual(a.getWeights());
    expect(await b.evaluate(set)).toEqual(await a.evaluate(x, y, { sampleWeight }));
    expect(await b.predict(set)).toEqual(await a.predict(x));
    expect((await b.predict(set.batch(10))).shape).toEqual([rows, 1]);
  });
});

describe("data sets", () => {
  it("are not used when there are other targets, or none", async () => {
    await expect(network().fit(set as never, y)).rejects.toThrow(
      'model "sequential", fit: expected no y: the data set has it, received Float32Array(96).',
    );
    await expect(network().fit(data.fromArrays(x), quiet)).rejects.toThrow('model "sequential", fit, y: ');
  });

  it("teach layers that adapt", async () => {
    const state = async (given: Parameters<ReturnType<typeof layers.normalization>["adapt"]>[0]) => {
      const layer = layers.normalization({ inputShape: [3] });
      await layer.adapt(given);
      return sequential([layer]).getWeights();
    };
    const expected = await state(x);
    expect(await state(set)).toEqual(expected);
    const found = await state(set.batch(7));
    for (const [i, weight] of found.entries()) {
      for (const [j, value] of weight.data.entries()) expect(value).toBeCloseTo(expected[i]?.data[j] as number, 5);
    }
  });

  it("are made of texts that stringLookup has turned into numbers", async () => {
    const texts = Array.from({ length: rows }, (_, i) => ["red", "green", "blue"][i % 3] as string);
    const lookup = layers.stringLookup({ outputMode: "oneHot" });
    await lookup.adapt(texts);
    const coloured = data.fromArrays(
      lookup.apply(texts.map((text) => [text])),
      Float32Array.from(texts, (text) => text.length),
    );
    const net = sequential([layers.dense({ units: 1, inputShape: [lookup.vocabularySize] })], { seed: 1 });
    net.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: "meanSquaredError" });
    await net.fit(coloured, { epochs: 100, batchSize: 32, verbose: 0 });
    expect((await net.evaluate(coloured)).loss).toBeLessThan(0.01);
    // The classes of a file are a vocabulary.
    const read = await data.csv(`a,colour\n${texts.map((text, i) => `${i},${text}\n`).join("")}`, { target: "colour" });
    const numbers = layers.stringLookup({ vocabulary: read.classes as readonly string[], numOovIndices: 0 });
    expect(Array.from(numbers.apply(texts).data)).toEqual(Array.from(read.y?.data ?? []));
  });
});
