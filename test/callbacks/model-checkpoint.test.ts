import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import { installNodeFileOutput } from "../../src/node/file-output.js";
import { installNodeFiles } from "../../src/node/file-system.js";
import { loadModel } from "../../src/saving/load.js";
import { allWeights, xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(async () => {
  await setBackend("reference");
  installNodeFiles();
  installNodeFileOutput();
});

const folder = mkdtempSync(join(tmpdir(), "model-checkpoint-"));

/** The names under which a training is saved whose results are given. */
function saves(values: number[], options: Partial<callbacks.ModelCheckpointOptions>): string[] {
  const names: string[] = [];
  const callback = callbacks.modelCheckpoint({
    filepath: "{epoch}-{loss:.1f}",
    monitor: "loss",
    save: (path) => void names.push(path),
    ...options,
  });
  callback.setModel?.(xorNetwork(1));
  callback.onTrainBegin?.({});
  for (const [epoch, loss] of values.entries()) {
    callback.onEpochBegin?.(epoch, {});
    for (const batch of [0, 1, 2]) callback.onBatchEnd?.(batch, { loss });
    callback.onEpochEnd?.(epoch, { loss });
  }
  return names;
}

describe("modelCheckpoint", () => {
  it("saves after each epoch, the best, or after so many batches", () => {
    const values = [3, 2, 2.5, 1];
    expect(saves(values, {})).toEqual(["1-3.0", "2-2.0", "3-2.5", "4-1.0"]);
    expect(saves(values, { saveBestOnly: true })).toEqual(["1-3.0", "2-2.0", "4-1.0"]);
    expect(saves(values, { saveBestOnly: true, mode: "max" })).toEqual(["1-3.0"]);
    expect(saves(values, { saveBestOnly: true, initialValueThreshold: 1.5 })).toEqual(["4-1.0"]);
    expect(saves(values, { saveFreq: 5, filepath: "{epoch}.{batch}" })).toEqual(["2.2", "4.1"]);
    expect(saves([Number.NaN, 1], { saveBestOnly: true })).toEqual(["2-1.0"]);
  });

  it("saves what fit has trained, and waits for it", async () => {
    const net = xorNetwork(1);
    const kept: Record<string, number> = {};
    const checkpoint = callbacks.modelCheckpoint({
      filepath: "{epoch:02d}",
      save: async (path, model) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        kept[path] = model.getWeights()[0]?.data[0] ?? Number.NaN;
      },
    });
    await net.fit(xorInputs, xorTargets, { epochs: 2, verbose: 0, callbacks: [checkpoint] });
    expect(Object.keys(kept)).toEqual(["01", "02"]);
    expect(kept["02"]).toBe(net.getWeights()[0]?.data[0]);
    expect(kept["01"]).not.toBe(kept["02"]);
  });

  it("saves files that can be loaded", async () => {
    const net = xorNetwork(1);
    const [whole, weights] = [
      join(folder, "deep", "er", "{epoch:02d}.safetensors"),
      join(folder, "weights.safetensors"),
    ];
    const list = [
      callbacks.modelCheckpoint({ filepath: whole }),
      callbacks.modelCheckpoint({ filepath: weights, saveWeightsOnly: true, saveBestOnly: true, monitor: "loss" }),
    ];
    await net.fit(xorInputs, xorTargets, { epochs: 2, verbose: 0, callbacks: list });
    const first = await loadModel(join(folder, "deep", "er", "01.safetensors"));
    const last = await loadModel(join(folder, "deep", "er", "02.safetensors"));
    expect(allWeights(last)).toEqual(allWeights(net));
    await first.fit(xorInputs, xorTargets, { epochs: 2, initialEpoch: 1, verbose: 0 });
    expect(allWeights(first)).toEqual(allWeights(net));
    const other = xorNetwork(2);
    await other.loadWeights(weights);
    expect(allWeights(other)).toEqual(allWeights(net));
    await expect(loadModel(weights)).rejects.toThrow("Use model.loadWeights for it.");
  });

  it("tells its mistakes", async () => {
    const where = "callbacks.modelCheckpoint";
    for (const [options, message] of [
      [{}, `${where}: filepath must be a string, received undefined.`],
      [{ filepath: "{epoch:x}" }, `${where}: expected a format of digits and d, f, e or g, received "{epoch:x}".`],
      [
        { filepath: "a", saveFreq: 0 },
        `${where}: saveFreq is "epoch" or a number of batches: it must be a positive integer, received 0.`,
      ],
      [{ filepath: "a", save: "b" }, `${where}: save must be a function, received "b".`],
      [{ filepath: "a", saveBestOnly: 1 }, `${where}: saveBestOnly must be true or false, received 1.`],
      [{ filepath: "a", saveBest: true }, `${where}: expected a known option, received "saveBest". Options: filepath`],
    ] as const) {
      expect(() => callbacks.modelCheckpoint(options as never)).toThrow(message);
    }
    const run = (options: Partial<callbacks.ModelCheckpointOptions>) => {
      const checkpoint = callbacks.modelCheckpoint({ filepath: "a", save: () => {}, ...options });
      return xorNetwork(1).fit(xorInputs, xorTargets, { verbose: 0, callbacks: [checkpoint] });
    };
    await expect(run({ saveBestOnly: true })).rejects.toThrow(
      `${where}: monitor must be one of loss, accuracy, received "valLoss". Give fit validationData or validationSplit.`,
    );
    await expect(run({ filepath: "{lost}" })).rejects.toThrow(
      `${where}: a file name may hold {epoch, loss, accuracy}, received "{lost}".`,
    );
    await expect(run({ save: () => Promise.reject(new Error("full")) })).rejects.toThrow("full");
  });
});
