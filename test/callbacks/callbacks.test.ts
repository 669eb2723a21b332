import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { allWeights, xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

const silent = { verbose: 0 } as const;

describe("callbacks", () => {
  it("are called in Keras' order", async () => {
    const calls: string[] = [];
    const note = (name: string) => (number: unknown, logs?: object) => {
      calls.push(`${name} ${typeof number === "number" ? number : ""} ${Object.keys(logs ?? {}).join(",")}`);
    };
    await xorNetwork(1).fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 2,
      batchSize: 2,
      validationData: [xorInputs, xorTargets],
      callbacks: callbacks.lambda({
        onTrainBegin: note("train begin"),
        onTrainEnd: note("train end"),
        onEpochBegin: note("epoch begin"),
        onEpochEnd: note("epoch end"),
        onBatchBegin: note("batch begin"),
        onBatchEnd: note("batch end"),
      }),
    });
    const epoch = (i: number) => [
      `epoch begin ${i} `,
      "batch begin 0 ",
      "batch end 0 loss,accuracy",
      "batch begin 1 ",
      "batch end 1 loss,accuracy",
      `epoch end ${i} loss,accuracy,valLoss,valAccuracy`,
    ];
    expect(calls).toEqual(["train begin  ", ...epoch(0), ...epoch(1), "train end  "]);
  });

  it("may be functions, may be asynchronous, and see the weights", async () => {
    const net = xorNetwork(1);
    const seen: number[][] = [];
    await net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 3,
      callbacks: [
        async (epoch, logs) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          seen.push([epoch, logs.loss ?? Number.NaN, allWeights(net)[0] ?? Number.NaN]);
        },
      ],
    });
    expect(seen.map(([epoch]) => epoch)).toEqual([0, 1, 2]);
    expect(new Set(seen.map(([, , weight]) => weight)).size).toBe(3);
  });

  it("onBatchEnd gets the means of the epoch so far", async () => {
    const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 0 }), metrics: [] });
    const losses: number[] = [];
    const { history } = await net.fit(xorInputs, xorTargets, {
      ...silent,
      shuffle: false,
      batchSize: 1,
      onBatchEnd: (_batch, logs) => void losses.push(logs.loss ?? Number.NaN),
    });
    const single = xorInputs.map((row, i) => net.evaluateSync([row], [xorTargets[i] ?? 0]).loss);
    expect(losses[1]).toBeCloseTo(((single[0] ?? 0) + (single[1] ?? 0)) / 2, 6);
    expect(losses.at(-1)).toBeCloseTo(history.loss[0] ?? 0, 6);
  });

  it("stopTraining ends after the batch or the epoch", async () => {
    const net = xorNetwork(1);
    const stopped = await net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 10,
      onEpochEnd: (epoch) => {
        net.stopTraining = epoch === 2;
      },
    });
    expect(stopped.epoch).toEqual([0, 1, 2]);
    let batches = 0;
    const early = await net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 10,
      batchSize: 1,
      onBatchEnd: (batch) => {
        batches++;
        net.stopTraining = batch === 1;
      },
    });
    expect([batches, early.epoch]).toEqual([2, [0]]);
  });

  it("may change the learning rate", async () => {
    const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 1 }) });
    const weights: number[][] = [];
    await net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 3,
      onEpochEnd: () => {
        weights.push(allWeights(net));
        if (net.optimizer !== null) net.optimizer.learningRate = 0;
      },
    });
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
  });
});

describe("a callback that throws", () => {
  const hooks = [
    "setParams",
    "setModel",
    "onTrainBegin",
    "onEpochBegin",
    "onBatchBegin",
    "onProgress",
    "onBatchEnd",
    "onTestBegin",
    "onTestEnd",
    "onEpochEnd",
    "onTrainEnd",
  ] as const;
  const options = { ...silent, epochs: 2, batchSize: 2, validationData: [xorInputs, xorTargets] as const };

  it.each(hooks)("in %s ends the training, which can go on", async (hook) => {
    const net = xorNetwork(1);
    const fail = () => {
      throw new Error(`mine, in ${hook}`);
    };
    const failing = net.fit(xorInputs, xorTargets, { ...options, callbacks: [{ [hook]: fail }] });
    await expect(failing).rejects.toThrow(`mine, in ${hook}`);
    const later = net.fit(xorInputs, xorTargets, { ...options, callbacks: [{ [hook]: async () => fail() }] });
    await expect(later).rejects.toThrow(`mine, in ${hook}`);
    expect(() => net.fitSync(xorInputs, xorTargets, { ...options, callbacks: [{ [hook]: fail }] })).toThrow("mine");
    expect((await net.fit(xorInputs, xorTargets, options)).epoch).toEqual([0, 1]);
    expect(allWeights(net).every(Number.isFinite)).toBe(true);
  });
});

describe("callbacks.lambda", () => {
  it("refuses names that are no hooks", () => {
    expect(() => callbacks.lambda({ onEpochEnds: () => {} } as never)).toThrow('Did you mean "onEpochEnd"?');
  });
});

describe("callbacks.history", () => {
  it("keeps the results of several trainings", async () => {
    const record = callbacks.history();
    const net = xorNetwork(1);
    const first = await net.fit(xorInputs, xorTargets, { ...silent, epochs: 2, callbacks: [record] });
    const second = await net.fit(xorInputs, xorTargets, { ...silent, callbacks: [record] });
    expect(record.epoch).toEqual([0, 1, 0]);
    expect(record.history.loss).toEqual([...first.history.loss, ...second.history.loss]);
  });
});
