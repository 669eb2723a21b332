import { beforeAll, describe, expect, it, vi } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import { readFixture } from "../fixtures/fixture.js";
import { xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

const silent = { verbose: 0 } as const;

/** What Keras did: fixtures/make_callbacks.py. */
interface StoppingCase {
  readonly options: callbacks.EarlyStoppingOptions;
  readonly results: number[];
  readonly epochs: number;
  /** Of the end: the weights of an epoch are its number. */
  readonly weight: number;
}

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
      swapEmaWeights: () => {},
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

  it("stops and restores where Keras does", () => {
    const { stopping } = readFixture<{ stopping: StoppingCase[] }>("callbacks.json");
    for (const { options, results, epochs, weight } of stopping) {
      const outcome = run(results, options);
      expect([options, outcome.epochs, outcome.restored ?? epochs - 1]).toEqual([options, epochs, weight]);
    }
  });

  it("skips epochs without a validation", async () => {
    const net = xorNetwork(1);
    const { epoch } = await net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 8,
      validationData: [xorInputs, xorTargets],
      validationFreq: 3,
      callbacks: [callbacks.earlyStopping({ patience: 1, mode: "max" })],
    });
    expect(epoch).toHaveLength(6);
  });

  it("says what it does with verbose", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      run([1, 2], { verbose: 1, restoreBestWeights: true });
      expect(log.mock.calls).toEqual([
        ["Epoch 2: early stopping"],
        ["Restoring model weights from the end of the best epoch: 1."],
      ]);
    } finally {
      log.mockRestore();
    }
  });

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
    const verbose = 2 as 1;
    expect(() => callbacks.earlyStopping({ verbose })).toThrow(
      "callbacks.earlyStopping: verbose must be 0 or 1, received 2.",
    );
  });

  it("decides by the name whether more is better", async () => {
    const logs = (name: string, value: number) => ({ [name]: value });
    const model = (): callbacks.CallbackModel => {
      return {
        name: "m",
        stopTraining: false,
        optimizer: null,
        getWeights: () => [],
        setWeights: () => {},
        swapEmaWeights: () => {},
      };
    };
    const stopped = (monitor: string) => {
      const target = model();
      const callback = callbacks.earlyStopping({ monitor, patience: 1 });
      callback.setModel?.(target);
      callback.onTrainBegin?.({});
      for (const epoch of [0, 1, 2]) callback.onEpochEnd?.(epoch, logs(monitor, epoch));
      return target.stopTraining;
    };
    for (const name of [
      "valAccuracy",
      "auc",
      "r2",
      "valMcc",
      "f1Score",
      "truePositives",
      "fBeta",
      "valOut_Acc",
      "outCosineSimilarity",
    ])
      expect(stopped(name)).toBe(false);
    // Outputs have any names.
    const outputs = ["layer2Loss", "valAccuracyLoss", "decoder2MeanSquaredError", "accidentMae", "error2"];
    for (const name of ["valLoss", "mae", "falsePositives", "brierScore", ...outputs])
      expect(stopped(name), name).toBe(true);
  });

  it("counts a change of minDelta as Keras does, not as rounding has it", () => {
    // 0.4 - 0.1 is above 0.3, but 0.3 + 0.1 is not below 0.4.
    expect(run([0.4, 0.3, 0.2], { patience: 1, minDelta: 0.1 }).epochs).toBe(2);
  });
});
