import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import { xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

describe("progressBar", () => {
  it.each([1, 2] as const)("writes where it is told, a line an epoch in a pipe (verbose %i)", async (verbose) => {
    let text = "";
    const bar = callbacks.progressBar({ verbose, writer: { write: (part: string) => (text += part) } });
    await xorNetwork(1).fit(xorInputs, xorTargets, { epochs: 2, batchSize: 3, verbose: 0, callbacks: [bar] });
    const line = (epoch: number) =>
      `Epoch ${epoch}/2 {2}2/2 {2}\\d+\\.\\d s {2}[\\d,.]+ samples/s {2}loss: \\d\\.\\d{4} {2}accuracy: \\d\\.\\d{4}\n`;
    expect(text).toMatch(new RegExp(`^${line(1)}${line(2)}$`));
  });

  it("redraws a bar on a terminal", () => {
    let text = "";
    const bar = callbacks.progressBar({ writer: { write: (part: string) => (text += part), isTTY: true } });
    bar.setParams?.({ initialEpoch: 0, epochs: 2, steps: 10, validationFreq: null });
    bar.onEpochBegin?.(0, {});
    bar.onProgress?.({ epoch: 0, done: 5, rows: 40, steps: 10 }, () => ({ loss: 1 }));
    expect(text).toMatch(/^\rEpoch 1\/2 {2}5\/10 \[={10}>\.{9}\] \d+ s left {2}[\d,.]+ samples\/s {2}loss: 1\.0000$/);
  });

  it("refuses other writers", () => {
    expect(() => callbacks.progressBar({ writer: "log.txt" as never })).toThrow(
      'callbacks.progressBar: writer must have a method write, received "log.txt".',
    );
    expect(() => callbacks.progressBar({ verbose: 0 as never })).toThrow(
      "callbacks.progressBar: verbose must be 1 or 2, received 0.",
    );
  });
});
