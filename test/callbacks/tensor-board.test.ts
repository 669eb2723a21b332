import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import { installNodeFileOutput } from "../../src/node/file-output.js";
import { readEvents } from "../files/tensorboard/read-events.js";
import { xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(async () => {
  await setBackend("reference");
  installNodeFileOutput();
});

const folder = mkdtempSync(join(tmpdir(), "tensor-board-"));

function eventsOf(logDir: string, run: string) {
  const names = readdirSync(join(logDir, run));
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^events\.out\.tfevents\.\d{10}\.feedforward\.[0-9a-z]+\.v2$/);
  return readEvents(new Uint8Array(readFileSync(join(logDir, run, names[0] as string))));
}

describe("tensorBoard", () => {
  it("writes scalars and histograms of training and validation", async () => {
    const logDir = join(folder, "run");
    const net = xorNetwork(1);
    const { history } = await net.fit(xorInputs, xorTargets, {
      epochs: 3,
      verbose: 0,
      validationData: [xorInputs, xorTargets],
      callbacks: [callbacks.tensorBoard({ logDir, histogramFreq: 2 })],
    });
    const [version, ...train] = eventsOf(logDir, "train");
    expect(version?.version).toBe("brain.Event:2");
    const scalars = train.filter(({ values }) => values[0]?.scalar !== undefined);
    expect(scalars.map(({ step }) => step)).toEqual([0, 1, 2]);
    scalars.forEach(({ values }, i) => {
      expect(values).toEqual([
        { tag: "epoch_loss", scalar: Math.fround(history.loss[i] ?? 0) },
        { tag: "epoch_accuracy", scalar: Math.fround(history.accuracy?.[i] ?? 0) },
        { tag: "epoch_learning_rate", scalar: Math.fround(0.05) },
      ]);
    });
    const histograms = train.filter(({ values }) => values[0]?.histogram !== undefined);
    expect(histograms.map(({ step }) => step)).toEqual([0, 2]);
    const tags = histograms[1]?.values.map(({ tag }) => tag);
    expect(tags).toEqual(net.getWeights().map(({ name }) => `${name}/histogram`));
    net.getWeights().forEach(({ data }, i) => {
      const histogram = histograms[1]?.values[i]?.histogram;
      expect(histogram?.count).toBe(data.length);
      expect([histogram?.min, histogram?.max]).toEqual([Math.min(...data), Math.max(...data)]);
    });
    const validation = eventsOf(logDir, "validation").slice(1);
    expect(validation.map(({ values }) => values[0])).toEqual(
      history.valLoss?.map((value) => ({ tag: "epoch_loss", scalar: Math.fround(value) })),
    );
  });

  it("writes the results of batches", async () => {
    const written: number[] = [];
    const write = (_path: string, bytes: Uint8Array) => void written.push(...bytes);
    const board = callbacks.tensorBoard({ updateFreq: 3, write });
    const net = xorNetwork(1);
    await net.fit(xorInputs, xorTargets, { epochs: 2, batchSize: 1, verbose: 0, callbacks: [board] });
    const batches = readEvents(Uint8Array.from(written)).filter(({ values }) => values[0]?.tag === "batch_loss");
    expect(batches.map(({ step }) => step)).toEqual([0, 3, 6]);
    expect(batches[0]?.values.map(({ tag }) => tag)).toEqual(["batch_loss", "batch_accuracy"]);
  });

  it("tells mistakes", () => {
    const where = "callbacks.tensorBoard";
    for (const [options, message] of [
      [{ logDir: "" }, `${where}: logDir must be a path, received "".`],
      [{ histogramFreq: -1 }, `${where}: histogramFreq must be an integer of at least 0, received -1.`],
      [
        { updateFreq: 0 },
        `${where}: updateFreq is "epoch", "batch" or a number of batches: it must be a positive integer, received 0.`,
      ],
      [{ write: 1 }, `${where}: write must be a function, received 1.`],
      [{ logdir: "a" }, `${where}: expected a known option, received "logdir". Did you mean "logDir"?`],
    ] as const) {
      expect(() => callbacks.tensorBoard(options as never)).toThrow(message);
    }
    const board = callbacks.tensorBoard({ write: () => {} });
    expect(() => xorNetwork(1).fitSync(xorInputs, xorTargets, { verbose: 0, callbacks: [board] })).toThrow(
      "callbacks must not be asynchronous",
    );
  });
});
