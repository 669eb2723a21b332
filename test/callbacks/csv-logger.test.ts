import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import { installNodeFileOutput } from "../../src/node/file-output.js";
import { xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

beforeAll(async () => {
  await setBackend("reference");
  installNodeFileOutput();
});

const folder = mkdtempSync(join(tmpdir(), "csv-logger-"));

describe("csvLogger", () => {
  it("writes a line an epoch to a file, anew or behind what is there", async () => {
    const filename = join(folder, "deep", "log.csv");
    const net = xorNetwork(1);
    const run = async (append: boolean) => {
      const logger = callbacks.csvLogger({ filename, append });
      const options = { epochs: 2, verbose: 0, callbacks: [logger] } as const;
      const { history } = await net.fit(xorInputs, xorTargets, options);
      return [0, 1].map((i) => `${i},${history.accuracy?.[i]},${history.loss[i]}\r\n`).join("");
    };
    await run(true);
    const first = await run(false);
    expect(readFileSync(filename, "utf8")).toBe(`epoch,accuracy,loss\r\n${first}`);
    const second = await run(true);
    expect(readFileSync(filename, "utf8")).toBe(`epoch,accuracy,loss\r\n${first}${second}`);
  });

  it("has NA where no validation was, and quotes as RFC 4180", async () => {
    const parts: string[] = [];
    const write = (part: string) => void parts.push(part);
    const logger = callbacks.csvLogger({ separator: ";", write });
    await xorNetwork(1).fit(xorInputs, xorTargets, {
      epochs: 2,
      verbose: 0,
      validationData: [xorInputs, xorTargets],
      validationFreq: 2,
      callbacks: [logger],
    });
    const [header, first, second] = parts
      .splice(0)
      .join("")
      .split("\r\n")
      .map((line) => line.split(";"));
    expect(header).toEqual(["epoch", "accuracy", "loss", "valAccuracy", "valLoss"]);
    expect(first?.slice(3)).toEqual(["NA", "NA"]);
    expect(second?.slice(3).map(Number).every(Number.isFinite)).toBe(true);
    const odd = callbacks.csvLogger({ write });
    odd.onEpochEnd?.(0, { 'a "b"': 1, "c,d": Number.NaN, e: -0.5 });
    expect(parts.join("")).toBe('epoch,"a ""b""","c,d",e\r\n0,1,NaN,-0.5\r\n');
  });

  it("waits for what writes, and tells its mistakes", async () => {
    const failing = xorNetwork(1).fit(xorInputs, xorTargets, {
      verbose: 0,
      callbacks: [callbacks.csvLogger({ write: () => Promise.reject(new Error("full")) })],
    });
    await expect(failing).rejects.toThrow("full");
    const where = "callbacks.csvLogger";
    for (const [options, message] of [
      [{}, `${where}: expected filename or write, received undefined. For example { filename: "log.csv" }.`],
      [{ filename: "a", separator: "" }, `${where}: separator must be one character, received "".`],
      [{ filename: "a", append: 1 }, `${where}: append must be true or false, received 1.`],
      [{ write: 1 }, `${where}: write must be a function, received 1.`],
    ] as const) {
      expect(() => callbacks.csvLogger(options as never)).toThrow(message);
    }
  });
});
