import { beforeAll, describe, expect, it, vi } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import * as schedules from "../../src/schedules/index.js";
import { allWeights, xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

describe("learningRateScheduler", () => {
  it("trains each epoch with the rate that it gives", async () => {
    const [scheduled, byHand] = [1, 1].map((seed) =>
      xorNetwork(seed, { optimizer: optimizers.sgd({ learningRate: 1 }) }),
    );
    const seen: number[][] = [];
    const halve = callbacks.learningRateScheduler((epoch, rate) => {
      seen.push([epoch, rate]);
      return rate / 2;
    });
    const { history } = await (scheduled as typeof net).fit(xorInputs, xorTargets, {
      epochs: 3,
      verbose: 0,
      callbacks: [halve],
    });
    expect(seen).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 0.25],
    ]);
    expect(history.learningRate).toEqual([0.5, 0.25, 0.125]);
    const net = byHand as NonNullable<typeof byHand>;
    for (const rate of [0.5, 0.25, 0.125]) {
      if (net.optimizer !== null) net.optimizer.learningRate = rate;
      await net.fit(xorInputs, xorTargets, { verbose: 0 });
    }
    expect(allWeights(net)).toEqual(allWeights(scheduled as typeof net));
  });

  it("says the rate with verbose, and refuses what is none", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const net = xorNetwork(1);
    const run = (schedule: () => number, verbose: 0 | 1 = 0) =>
      net.fit(xorInputs, xorTargets, { verbose: 0, callbacks: callbacks.learningRateScheduler(schedule, verbose) });
    try {
      await run(() => 0.25, 1);
      expect(log.mock.calls).toEqual([["Epoch 1: learning rate 0.25"]]);
    } finally {
      log.mockRestore();
    }
    await expect(run(() => "fast" as never)).rejects.toThrow(
      'callbacks.learningRateScheduler: the result of schedule must be a finite number of at least 0, received "fast".',
    );
    expect(() => callbacks.learningRateScheduler(0.1 as never)).toThrow(
      "callbacks.learningRateScheduler: schedule must be a function, received 0.1.",
    );
    const optimizer = optimizers.sgd({
      learningRate: schedules.inverseTime({ initialLearningRate: 1, decaySteps: 1, decayRate: 1 }),
    });
    net.compile({ optimizer, loss: "meanSquaredError" });
    await expect(run(() => 1)).rejects.toThrow(
      "callbacks.learningRateScheduler: expected an optimizer whose learningRate is a number, received a schedule. Give the optimizer a number, or leave the callback out.",
    );
  });
});
