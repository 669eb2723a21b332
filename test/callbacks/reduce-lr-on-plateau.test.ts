import { beforeAll, describe, expect, it, vi } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";
import { xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

/** What Keras did: fixtures/make_callbacks.py. */
interface PlateauCase {
  readonly options: callbacks.ReduceLROnPlateauOptions;
  readonly results: number[];
  /** The learning rate after each epoch. */
  readonly rates: number[];
}

describe("reduceLROnPlateau", () => {
  it("reduces the rate where Keras does", () => {
    for (const { options, results, rates } of readFixture<{ plateau: PlateauCase[] }>("callbacks.json").plateau) {
      const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 0.5 }) });
      const callback = callbacks.reduceLROnPlateau(options);
      callback.setModel?.(net);
      callback.onTrainBegin?.({});
      const received = results.map((value, epoch) => {
        const logs: callbacks.Logs = { loss: value, accuracy: value };
        callback.onEpochEnd?.(epoch, logs);
        return net.optimizer?.learningRate as number;
      });
      expectClose(received, rates, { relative: 1e-6, absolute: 0 });
    }
  });

  it("adds the rate of the epoch to the history, and says what it does", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const net = xorNetwork(1, { optimizer: optimizers.sgd({ learningRate: 0.5 }) });
      const plateau = callbacks.reduceLROnPlateau({
        monitor: "loss",
        mode: "max",
        patience: 2,
        factor: 0.5,
        verbose: 1,
      });
      const options = { epochs: 4, verbose: 0, callbacks: [plateau] } as const;
      const { history } = await net.fit(xorInputs, xorTargets, options);
      expect(history.learningRate).toEqual([0.5, 0.5, 0.5, 0.25]);
      expect(log.mock.calls).toEqual([["Epoch 3: reducing learning rate to 0.25."]]);
    } finally {
      log.mockRestore();
    }
  });

  it("refuses options out of range", () => {
    const where = "callbacks.reduceLROnPlateau";
    for (const [options, message] of [
      [{ factor: 1 }, `${where}: factor must be below 1, received 1.`],
      [{ factor: 0 }, `${where}: factor must be a positive number, received 0.`],
      [{ patience: -1 }, `${where}: patience must be an integer of at least 0, received -1.`],
      [{ minLr: -1 }, `${where}: minLr must be a finite number of at least 0, received -1.`],
      [{ minDelta: "a" }, `${where}: minDelta must be a finite number, received "a".`],
      [{ minLR: 1 }, `${where}: expected a known option, received "minLR". Did you mean "minLr"?`],
    ] as const) {
      expect(() => callbacks.reduceLROnPlateau(options as never)).toThrow(message);
    }
  });
});
