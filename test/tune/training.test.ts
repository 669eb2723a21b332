// Searches whose objectives train networks.

import { describe, expect, it } from "vitest";
import { layers, optimizers, sequential, tensor, type Trial, tune } from "../../src/node.js";

const x = tensor(
  Float32Array.from({ length: 64 }, (_, i) => i / 64),
  [64, 1],
);
const y = tensor(
  Float32Array.from({ length: 64 }, (_, i) => Math.sin(i / 10)),
  [64, 1],
);

async function train(trial: Trial, rate: number, epochs = 8): Promise<number> {
  const net = sequential(
    [layers.dense({ units: 8, activation: "tanh", inputShape: [1] }), layers.dense({ units: 1 })],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.sgd({ learningRate: rate }), loss: "meanSquaredError" });
  const callbacks = [trial.pruningCallback({ monitor: "loss" })];
  const history = await net.fit(x, y, { epochs, callbacks, verbose: 0, signal: trial.signal });
  net.dispose();
  return history.history.loss.at(-1) as number;
}

describe("trials that train", () => {
  it("report each epoch, and are pruned in the middle of fit", async () => {
    const study = await tune(async (trial) => await train(trial, trial.number < 5 ? 0.1 : 1e-6), {
      trials: 7,
      pruner: "median",
    });
    expect(study.trials.map(({ state }) => state)).toEqual([...Array(5).fill("complete"), "pruned", "pruned"]);
    expect(study.trials[0]?.intermediateValues.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(study.trials[6]?.intermediateValues.length).toBeLessThan(8);
  });

  it("run at the same time, with the same results as one after the other", async () => {
    const objective = async (trial: Trial) => await train(trial, trial.float("rate", 1e-3, 1, { log: true }));
    const options = { trials: 6, seed: 3, sampler: "random" } as const;
    const [one, two] = [await tune(objective, options), await tune(objective, { ...options, parallel: 3 })];
    expect(two.trials.map(({ value }) => value)).toEqual(one.trials.map(({ value }) => value));
  });

  it("fail with the reason when the loss is no number any more, or the result does not exist", async () => {
    const study = await tune(async (trial) => await train(trial, trial.number === 0 ? 1e30 : 0.1), { trials: 2 });
    expect(study.trials.map(({ state }) => state)).toEqual(["failed", "complete"]);
    expect(study.trials[0]?.reason).toMatch(/^RangeError: .*expected a finite loss, received (NaN|Infinity)/);
    const missing = await tune(
      async (trial) => {
        const net = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1 });
        net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
        await net.fit(x, y, { epochs: 1, callbacks: [trial.pruningCallback()], verbose: 0 });
        return 1;
      },
      { trials: 1 },
    );
    expect(missing.trials[0]?.reason).toContain(
      'trial.pruningCallback: monitor must be one of loss, received "valLoss".',
    );
  });

  it("stop training when the search is stopped", async () => {
    const controller = new AbortController();
    let ended: unknown;
    const search = tune(
      async (trial) => {
        setTimeout(() => controller.abort(), 100);
        try {
          return await train(trial, 1e-4, 1_000_000);
        } catch (error) {
          ended = error;
          throw error;
        }
      },
      { trials: 3, signal: controller.signal },
    );
    await expect(search).rejects.toThrow("tune: stopped because its signal was aborted; 1 trials were begun.");
    while (ended === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ended).toMatchObject({ name: "AbortError" });
  });
});
