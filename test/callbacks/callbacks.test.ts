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

describe("earlyStopping", () => {
  /** A training of nothing, whose monitored results are given. */
  function run(values: number[], options: callbacks.EarlyStoppingOptions): { epochs: number; restored: number | null } {
    const stopper = callbacks.earlyStopping({ monitor: "loss", ...options });
    let weights = -1;
    let restored: number | null = null;
    const target: callbacks.CallbackModel = {
      name: "",
      stopTraining: false,
      optimizer: null,
      getWeights: () => [{ name: "", shape: [], data: new Float32Array([weights]) }],
      setWeights: ([weight]) => {
        restored = weight?.data[0] ?? null;
      },
    };
    stopper.setModel?.(target);
    stopper.onTrainBegin?.({});
    let epochs = 0;
    for (const [epoch, value] of values.entries()) {
      weights = epoch;
      epochs++;
      stopper.onEpochEnd?.(epoch, { loss: value, accuracy: value });
      if (target.stopTraining) break;
    }
    stopper.onTrainEnd?.({});
    return { epochs, restored };
  }

  it("waits for `patience` epochs without improvement, and restores the best weights", () => {
    expect(run([3, 2, 1, 2, 2, 2, 2], { patience: 2, restoreBestWeights: true })).toEqual({ epochs: 5, restored: 2 });
    expect(run([3, 2, 1, 2, 2, 2, 2], { patience: 2 })).toEqual({ epochs: 5, restored: null });
    expect(run([3, 2, 1, 0], { patience: 1 })).toEqual({ epochs: 4, restored: null });
    expect(run([3, 3.5, 1], { patience: 0 }).epochs).toBe(2);
  });

  it("knows minDelta, baseline, mode and startFromEpoch", () => {
    expect(run([3, 2.95, 2.9, 2.85], { patience: 2, minDelta: 0.2 }).epochs).toBe(3);
    expect(run([3, 2, 1.5, 1.4, 1.3], { patience: 2, baseline: 1 }).epochs).toBeGreaterThan(2);
    expect(run([0.1, 0.2, 0.3], { patience: 1, monitor: "accuracy" }).epochs).toBe(3);
    expect(run([0.3, 0.2, 0.1], { patience: 1, monitor: "accuracy" }).epochs).toBe(2);
    expect(run([0.1, 0.2, 0.3], { patience: 1, monitor: "accuracy", mode: "min" }).epochs).toBe(2);
    expect(run([1, 2, 3, 4, 5], { patience: 1, startFromEpoch: 2 }).epochs).toBe(4);
  });

  it("tells what can be watched", async () => {
    const failing = xorNetwork(1).fit(xorInputs, xorTargets, { ...silent, callbacks: [callbacks.earlyStopping()] });
    await expect(failing).rejects.toThrow(
      'callbacks.earlyStopping: monitor must be one of loss, accuracy, received "valLoss". Give fit validationData or validationSplit.',
    );
    expect(() => callbacks.earlyStopping({ mode: "least" as "min" })).toThrow("Known names: auto, min, max.");
    expect(() => callbacks.lambda({ onEpochEnds: () => {} } as never)).toThrow('Did you mean "onEpochEnd"?');
  });

  it("decides by the name whether more is better", async () => {
    const logs = (name: string, value: number) => ({ [name]: value });
    const model = (): callbacks.CallbackModel => {
      return { name: "m", stopTraining: false, optimizer: null, getWeights: () => [], setWeights: () => {} };
    };
    const stopped = (monitor: string) => {
      const target = model();
      const callback = callbacks.earlyStopping({ monitor, patience: 1 });
      callback.setModel?.(target);
      callback.onTrainBegin?.({});
      for (const epoch of [0, 1, 2]) callback.onEpochEnd?.(epoch, logs(monitor, epoch));
      return target.stopTraining;
    };
    for (const name of ["valAccuracy", "auc", "r2", "valMcc", "f1Score", "truePositives"])
      expect(stopped(name)).toBe(false);
    for (const name of ["valLoss", "mae", "falsePositives", "brierScore"]) expect(stopped(name)).toBe(true);
  });
});
