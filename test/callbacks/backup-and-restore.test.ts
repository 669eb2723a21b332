import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as callbacks from "../../src/callbacks/index.js";
import type { Batches } from "../../src/models/index.js";
import { installNodeFileOutput } from "../../src/node/file-output.js";
import { installNodeFiles } from "../../src/node/file-system.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier } from "../models/networks.js";

beforeAll(() => {
  installNodeFiles();
  installNodeFileOutput();
});

const folder = mkdtempSync(join(tmpdir(), "backup-"));
const { x, y } = classification(50);
let files = 0;
const freshPath = () => join(folder, `${files++}.safetensors`);

/** Ends a training in the middle, as a crash would. */
function crash(epoch: number, batch: number) {
  let current = 0;
  return {
    onEpochBegin(started: number) {
      current = started;
    },
    onBatchEnd(ended: number) {
      if (current === epoch && ended === batch) throw new Error("crash");
    },
  };
}

const adam = () => optimizers.adam({ learningRate: 0.01, gradientAccumulationSteps: 2, useEma: true });

describe.each(testBackends)("backupAndRestore on $label", (backend) => {
  beforeAll(() => backend.use());

  it.each([
    ["after each epoch", "epoch", {}, [2, 1]],
    ["after each batch", 1, {}, [2, 3]],
    ["after some batches", 3, {}, [1, 2]],
    ["at the last batch of an epoch", 7, {}, [1, 0]],
    ["with epochs that are no passes", "epoch", { stepsPerEpoch: 3 }, [3, 1]],
    ["with batches of epochs that are no passes", 1, { stepsPerEpoch: 5 }, [2, 3]],
    ["without shuffles", 2, { shuffle: false }, [1, 2]],
  ] as const)("goes on %s with the same bits", async (_, saveFreq, options, [epoch, batch]) => {
    const path = freshPath();
    const common = { ...options, epochs: 4, batchSize: 8, verbose: 0 } as const;
    const whole = classifier(5, { optimizer: adam() });
    await whole.fit(x, y, common);
    const backup = () => callbacks.backupAndRestore({ path, saveFreq });
    const broken = classifier(5, { optimizer: adam() });
    await expect(broken.fit(x, y, { ...common, callbacks: [backup(), crash(epoch, batch)] })).rejects.toThrow("crash");
    // Another seed and other weights: all comes from the backup.
    const resumed = classifier(6, { optimizer: adam() });
    await resumed.fit(x, y, { ...common, callbacks: [backup()] });
    expect(allWeights(resumed)).toEqual(allWeights(whole));
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["epochs", "epoch", undefined],
    ["batches", 1, undefined],
    ["batches of epochs that are no passes", 1, 5],
  ] as const)("goes on with an iterable after %s", async (_, saveFreq, stepsPerEpoch) => {
    const batches: Batches = {
      *[Symbol.iterator]() {
        for (let i = 0; i < 50; i += 7) {
          const rows = Math.min(7, 50 - i);
          yield [{ data: x.data.subarray(i * 5, (i + rows) * 5), shape: [rows, 5] }, y.subarray(i, i + rows)] as const;
        }
      },
    };
    const path = freshPath();
    const common = { epochs: 4, verbose: 0, ...(stepsPerEpoch !== undefined && { stepsPerEpoch }) } as const;
    const whole = classifier(5);
    await whole.fit(batches, common);
    const backup = () => callbacks.backupAndRestore({ path, saveFreq });
    await expect(classifier(5).fit(batches, { ...common, callbacks: [backup(), crash(2, 3)] })).rejects.toThrow(
      "crash",
    );
    const resumed = classifier(6);
    const history = await resumed.fit(batches, { ...common, callbacks: [backup()] });
    expect(history.epoch).toEqual([2, 3]);
    expect(allWeights(resumed)).toEqual(allWeights(whole));
  });
});

describe("backupAndRestore", () => {
  beforeAll(() => testBackends[0]?.use());

  it("keeps the file when asked to, with the learning rate, and the weights behind their averages", async () => {
    const path = join(folder, "new", "folders", "backup.safetensors");
    const make = (seed: number) => classifier(seed, { optimizer: optimizers.adam({ useEma: true }) });
    const list = () => [
      callbacks.learningRateScheduler((epoch) => 0.01 / (epoch + 1)),
      callbacks.swapEmaWeights({ swapOnEpoch: true }),
      callbacks.backupAndRestore({ path, deleteCheckpoint: false }),
    ];
    const whole = make(1);
    await whole.fit(x, y, { epochs: 3, verbose: 0, callbacks: list() });
    expect(existsSync(path)).toBe(true);
    const other = make(2);
    // All epochs are done.
    const history = await other.fit(x, y, { epochs: 3, verbose: 0, callbacks: list() });
    expect(history.epoch).toEqual([]);
    expect(allWeights(other)).toEqual(allWeights(whole));
    expect(other.optimizer?.learningRate).toBe(0.01 / 3);
  });

  it("refuses the files of others, and leaves the model as it was", async () => {
    const path = freshPath();
    const train = (net: ReturnType<typeof classifier>) =>
      net.fit(x, y, { epochs: 2, verbose: 0, callbacks: [callbacks.backupAndRestore({ path })] });
    const where = `callbacks.backupAndRestore "${path}"`;
    const net = classifier(1);
    const before = allWeights(net);
    writeFileSync(path, "no file of ours");
    await expect(train(net)).rejects.toThrow(where);
    await classifier(1).save(path);
    await expect(train(net)).rejects.toThrow(
      `${where}: expected a backup of a training with "position", received none.`,
    );
    const keep = callbacks.backupAndRestore({ path, deleteCheckpoint: false });
    const sgdPath = freshPath();
    const other = callbacks.backupAndRestore({ path: sgdPath, deleteCheckpoint: false });
    await classifier(1, { optimizer: "sgd" }).fit(x, y, { verbose: 0, callbacks: [other] });
    copyFileSync(sgdPath, path);
    await expect(net.fit(x, y, { verbose: 0, callbacks: [keep] })).rejects.toThrow(
      `${where}: expected a training with optimizer adam, received sgd. Remove the file to begin anew.`,
    );
    expect(allWeights(net)).toEqual(before);
  });

  it("tells mistakes", async () => {
    const where = "callbacks.backupAndRestore";
    for (const [options, message] of [
      [{}, `${where}: path must be a string, received undefined.`],
      [
        { path: "a", saveFreq: 0 },
        `${where}: saveFreq is "epoch" or a number of batches: it must be a positive integer, received 0.`,
      ],
      [{ path: "a", deleteCheckpoint: 1 }, `${where}: deleteCheckpoint must be true or false, received 1.`],
      [{ path: "a", file: 1 }, `${where}: expected a known option, received "file".`],
    ] as const) {
      expect(() => callbacks.backupAndRestore(options as never)).toThrow(message);
    }
    const backup = callbacks.backupAndRestore({ path: freshPath() });
    const search = classifier(1, { optimizer: "lbfgs" });
    await expect(search.fit(x, y, { verbose: 0, callbacks: [backup] })).rejects.toThrow(
      `${where}: expected an optimizer that works in steps, received lbfgs. Choose another optimizer, or leave the callback out.`,
    );
    const elsewhere = callbacks.backupAndRestore({ path: "download://a" });
    await expect(classifier(1).fit(x, y, { verbose: 0, callbacks: [elsewhere] })).rejects.toThrow(
      `${where}: expected a place to keep a file, received "download://a". Give a path or "indexeddb://name".`,
    );
  });
});

/** Runs the training of train-with-backup.ts; with `killAt` it is killed as soon as it begins this epoch. */
async function trained(path: string, saveFreq: string, killAt?: number): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/callbacks/train-with-backup.ts", path, saveFreq], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part.toString();
    if (killAt !== undefined && text.includes(`epoch ${killAt}\n`)) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

describe("a training that is killed", () => {
  it.each(["epoch", "7"])(
    "ends with the bits of one that is not: %s",
    async (saveFreq) => {
      const [path, start] = [freshPath(), freshPath()];
      // A backup of the beginning gives both trainings the same seed.
      expect(await trained(start, saveFreq, 1)).toContain("epoch 1");
      copyFileSync(start, path);
      const whole = /^weights (.*)$/m.exec(await trained(start, saveFreq))?.[1];
      for (const epoch of [2, 4]) expect(await trained(path, saveFreq, epoch)).not.toContain("weights");
      const resumed = await trained(path, saveFreq);
      expect(resumed).not.toContain("epoch 2\n");
      expect(whole).toBeDefined();
      expect(/^weights (.*)$/m.exec(resumed)?.[1]).toBe(whole);
    },
    60_000,
  );
});
