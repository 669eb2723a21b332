import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as losses from "../../src/losses/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier, xorInputs, xorNetwork, xorTargets } from "./networks.js";

describe.each(testBackends)("fit on $label", (backend) => {
  beforeAll(() => backend.use());

  it("learns XOR", async () => {
    const net = xorNetwork(42);
    const history = await net.fit(xorInputs, xorTargets, { epochs: 300, verbose: 0 });
    expect(history.epoch).toHaveLength(300);
    expect(history.epoch.at(-1)).toBe(299);
    expect(history.history.loss[0]).toBeGreaterThan(0.5);
    expect(history.history.loss.at(-1)).toBeLessThan(0.05);
    expect(history.history.accuracy?.at(-1)).toBe(1);
    const out = await net.predict(xorInputs);
    expect(out.shape).toEqual([4, 1]);
    expect([...out.data].map(Math.round)).toEqual(xorTargets);
    const { loss, accuracy } = await net.evaluate(xorInputs, xorTargets);
    expect(loss).toBeLessThan(0.05);
    expect(accuracy).toBe(1);
  });

  it("learns three classes with dropout and validation", async () => {
    const { x, y } = classification(300);
    const net = classifier(7, { optimizer: optimizers.adam({ learningRate: 0.02 }) });
    const { history } = await net.fit(x, y, { epochs: 12, batchSize: 32, validationSplit: 0.2, verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss", "accuracy", "valLoss", "valAccuracy"]);
    expect(history.valLoss).toHaveLength(12);
    expect(history.loss.at(-1)).toBeLessThan(0.6 * (history.loss[0] ?? 0));
    expect(history.valAccuracy?.at(-1)).toBeGreaterThan(0.7);
  });

  it("gives the same bits for the same seed, other ones for another", async () => {
    const { x, y } = classification(100);
    const run = async (seed: number) => {
      const net = classifier(seed);
      const { history } = await net.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0 });
      return [...allWeights(net), ...history.loss];
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it("gives the same bits in fitSync", async () => {
    const { x, y } = classification(100);
    const [a, b] = [classifier(3), classifier(3)];
    const slow = await a.fit(x, y, { epochs: 3, batchSize: 16, validationSplit: 0.1, verbose: 0 });
    const fast = b.fitSync(x, y, { epochs: 3, batchSize: 16, validationSplit: 0.1, verbose: 0 });
    expect(fast).toEqual(slow);
    expect(allWeights(b)).toEqual(allWeights(a));
    expect(b.predictSync(x).data).toEqual((await a.predict(x)).data);
    expect(b.evaluateSync(x, y)).toEqual(await a.evaluate(x, y));
  });

  it("gives the same bits whether epochs go into one call or not, and with batch callbacks", async () => {
    const { x, y } = classification(96);
    const [joined, watched, batches, split] = [classifier(3), classifier(3), classifier(3), classifier(3)];
    const options = { epochs: 5, batchSize: 16, verbose: 0 } as const;
    const history = await joined.fit(x, y, options);
    expect(await watched.fit(x, y, { ...options, onEpochEnd: () => {} })).toEqual(history);
    expect(await batches.fit(x, y, { ...options, onBatchEnd: () => {} })).toEqual(history);
    await split.fit(x, y, { ...options, epochs: 2 });
    await split.fit(x, y, { ...options, initialEpoch: 2 });
    for (const net of [watched, batches, split]) expect(allWeights(net)).toEqual(allWeights(joined));
  });

  it("goes on with the same optimizer state when a callback needs another program", async () => {
    const { x, y } = classification(96);
    const [alone, visited] = [classifier(3), classifier(3)];
    const options = { epochs: 4, batchSize: 16, verbose: 0 } as const;
    const history = await alone.fit(x, y, options);
    const visits = await visited.fit(x, y, {
      ...options,
      // A larger batch, then weights for the rows: both rebuild the program.
      onEpochEnd: async (epoch) => {
        if (epoch === 0) await visited.predict(x, { batchSize: 50 });
        if (epoch === 1) await visited.evaluate(x, y, { sampleWeight: new Float32Array(96).fill(2) });
      },
    });
    expect(visits.history.loss.length).toBe(4);
    allWeights(visited).forEach((weight, i) => {
      expect(weight).toBeCloseTo(allWeights(alone)[i] ?? 0, 5);
    });
    expect(visits.history.loss[3]).toBeCloseTo(history.history.loss[3] ?? 0, 5);
  });

  it("uses the last rows, before shuffling, for validationSplit", async () => {
    const { x, y } = classification(50);
    const [a, b] = [classifier(3), classifier(3)];
    const options = { epochs: 2, batchSize: 8, verbose: 0 } as const;
    const split = await a.fit(x, y, { ...options, validationSplit: 0.2 });
    const head = { data: x.data.subarray(0, 40 * 5), shape: [40, 5] };
    const tail = { data: x.data.subarray(40 * 5), shape: [10, 5] };
    const given = await b.fit(head, y.subarray(0, 40), { ...options, validationData: [tail, y.subarray(40)] });
    expect(split).toEqual(given);
    expect(allWeights(a)).toEqual(allWeights(b));
  });

  it("uses classWeight for the training rows alone, as Keras", async () => {
    const [a, b] = [classifier(4), classifier(4)];
    const { x, y } = classification(50);
    const options = { epochs: 2, batchSize: 10, verbose: 0, classWeight: { 0: 3, 1: 0.5 } } as const;
    const split = await a.fit(x, y, { ...options, validationSplit: 0.2 });
    const head = { data: x.data.subarray(0, 200), shape: [40, 5] };
    const tail = { data: x.data.subarray(200), shape: [10, 5] };
    const given = await b.fit(head, y.subarray(0, 40), { ...options, validationData: [tail, y.subarray(40)] });
    expect(split.history).toEqual(given.history);
  });

  it("weighs the rows of the last, smaller batch in the means", async () => {
    const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 0 }) });
    const { history } = await net.fit(xorInputs, xorTargets, { batchSize: 3, verbose: 0 });
    const { loss } = await net.evaluate(xorInputs, xorTargets);
    expect(history.loss[0]).toBeCloseTo(loss, 6);
  });

  it("makes one step an epoch with gradientDescent", async () => {
    const { x, y } = classification(100);
    const batches: number[] = [];
    const net = classifier(1, { optimizer: "gradientDescent" });
    await net.fit(x, y, { epochs: 2, verbose: 0, onBatchEnd: (batch) => void batches.push(batch) });
    expect(batches).toEqual([0, 0]);
  });

  it("multiplies the losses of rows by their weights", async () => {
    const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 0 }), metrics: [] });
    const rows = await Promise.all(xorInputs.map((row, i) => net.evaluate([row], [xorTargets[i] ?? 0])));
    const sampleWeight = [1, 2, 0, 4];
    const expected = rows.reduce((sum, { loss }, i) => sum + loss * (sampleWeight[i] ?? 0), 0) / 4;
    expect((await net.evaluate(xorInputs, xorTargets, { sampleWeight })).loss).toBeCloseTo(expected, 5);
    const { history } = await net.fit(xorInputs, xorTargets, { sampleWeight, verbose: 0 });
    expect(history.loss[0]).toBeCloseTo(expected, 5);
    const byClass = await net.fit(xorInputs, xorTargets, { classWeight: { 0: 2, 1: 0 }, verbose: 0 });
    const zeros = (rows[0]?.loss ?? 0) + (rows[3]?.loss ?? 0);
    expect(byClass.history.loss[0]).toBeCloseTo((2 * zeros) / 4, 5);
    const plain = await net.evaluate(xorInputs, xorTargets);
    expect(plain.loss).toBeCloseTo(rows.reduce((sum, { loss }) => sum + loss, 0) / 4, 5);
  });

  it("accepts losses and metrics of users", async () => {
    const quadratic = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(ops.square(ops.sub(yTrue, yPred)), 1);
    const [own, built] = [xorNetwork(5, { loss: quadratic, metrics: [] }), xorNetwork(5, { loss: "mse", metrics: [] })];
    const options = { epochs: 20, verbose: 0 } as const;
    const a = await own.fit(xorInputs, xorTargets, options);
    const b = await built.fit(xorInputs, xorTargets, options);
    a.history.loss.forEach((loss, i) => {
      expect(loss).toBeCloseTo(b.history.loss[i] ?? 0, 5);
    });
    const metric = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.abs(ops.sub(yTrue, yPred));
    const net = xorNetwork(5, { loss: losses.huber(), metrics: ["mse", "mae", metric] });
    const results = await net.evaluate(xorInputs, xorTargets);
    expect(Object.keys(results)).toEqual(["loss", "mse", "mae", "metric"]);
    expect(results.mae).toBeCloseTo(results.metric ?? 0, 6);
    expect(results.mse).toBeCloseTo(2 * results.loss, 5);
  });

  it("trainOnBatch is one step, testOnBatch none", async () => {
    const [a, b] = [classifier(3), classifier(3)];
    const { x, y } = classification(20);
    const before = await a.testOnBatch(x, y);
    const results = await a.trainOnBatch(x, y);
    await b.fit(x, y, { batchSize: 20, shuffle: false, verbose: 0 });
    expect(allWeights(a)).toEqual(allWeights(b));
    expect(Object.keys(results)).toEqual(Object.keys(before));
    expect(b.trainOnBatchSync(x, y)).toEqual(await a.trainOnBatch(x, y));
    expect((await a.predictOnBatch(x)).shape).toEqual([20, 3]);
  });
});

describe("fit", () => {
  it("gives the same bits on any number of threads", async () => {
    for (const name of new Set(testBackends.map((backend) => backend.name))) {
      const runs: number[][] = [];
      for (const threads of [1, 2]) {
        await setBackend(name, { threads });
        const { x, y } = classification(512);
        const net = classifier(11);
        const { history } = await net.fit(x, y, { epochs: 2, batchSize: 128, verbose: 0 });
        runs.push([...allWeights(net), ...history.loss]);
      }
      expect(runs[0]).toEqual(runs[1]);
    }
  });

  it("learns on every backend from the same weights in the same order", async () => {
    const { x, y } = classification(64);
    const results: number[][] = [];
    for (const backend of testBackends) {
      await backend.use();
      const net = classifier(5);
      const { history } = await net.fit(x, y, { epochs: 2, batchSize: 16, verbose: 0 });
      results.push(history.loss);
    }
    for (const losses of results) {
      losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(results[0]?.[i] ?? 0, 4);
      });
    }
  });
});
