import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { allWeights, xorInputs, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

describe("terminateOnNaN", () => {
  /** A line through points, whose weights leave float32 in the second epoch. */
  const diverging = () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })], { seed: 1, name: "line" });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "meanSquaredError" });
    const explode = callbacks.learningRateScheduler((epoch) => (epoch === 0 ? 0.1 : 1e30));
    return { net, explode };
  };

  it.each([
    ["epochs", {}],
    ["batches", { onBatchEnd: () => {} }],
  ])("ends the training without an error, with %s watched", async (_, watching) => {
    const { net, explode } = diverging();
    const options = { epochs: 9, batchSize: 2, verbose: 0, ...watching } as const;
    await expect(net.fit(xorInputs, xorTargets, { ...options, callbacks: [explode] })).rejects.toThrow(RangeError);
    const other = diverging();
    const told: string[] = [];
    const note = { onNotFinite: (error: RangeError) => void told.push(error.message) };
    const history = await other.net.fit(xorInputs, xorTargets, {
      ...options,
      callbacks: [other.explode, callbacks.terminateOnNaN(), note],
    });
    expect(history.warnings).toHaveLength(1);
    expect(told).toEqual(history.warnings);
    expect(history.warnings[0]).toMatch(/^model "line", fit: expected (a finite loss|finite weights), received /);
    expect(history.epoch.length).toBeLessThan(9);
    expect(history.history.loss.every(Number.isFinite)).toBe(true);
  });

  it("tells of weights that the last step has spoilt", async () => {
    const { net } = diverging();
    if (net.optimizer !== null) net.optimizer.learningRate = 3e38;
    const far = xorInputs.map((row) => row.map((value) => value * 1000));
    const history = await net.fit(far, xorTargets, { verbose: 0, callbacks: [callbacks.terminateOnNaN()] });
    expect(allWeights(net).every(Number.isFinite)).toBe(false);
    expect(history.warnings.at(-1)).toContain("expected finite weights");
  });
});
