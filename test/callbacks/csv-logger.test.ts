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

  it("begins the file anew with each training, and goes on in the columns that are there", async () => {
    const filename = join(folder, "again.csv");
    const read = () => readFileSync(filename, "utf8").split("\r\n").slice(0, -1);
    const net = xorNetwork(1);
    const train = (logger: callbacks.Callback, more = {}) => {
      return net.fit(xorInputs, xorTargets, { verbose: 0, callbacks: [logger], ...more });
    };
    const anew = callbacks.csvLogger({ filename });
    await train(anew);
    await train(anew);
    expect(read()).toHaveLength(2);
    const validationData = [xorInputs, xorTargets];
    await train(anew, { validationData });
    const append = () => callbacks.csvLogger({ filename, append: true });
    await train(append());
    expect(read()).toHaveLength(3);
    expect(read()[2]?.split(",").slice(3)).toEqual(["NA", "NA"]);
    await train(callbacks.csvLogger({ filename }));
    const before = read();
    await expect(train(append(), { validationData })).rejects.toThrow(
      new RangeError(
        `callbacks.csvLogger: expected "${filename}" to have the columns epoch, accuracy, loss, valAccuracy, valLoss, ` +
          'received "epoch,accuracy,loss". Choose another file, or append: false.',
      ),
    );
    expect(read()).toEqual(before);
    const quoted = callbacks.csvLogger({ filename: join(folder, "quoted.csv"), append: true });
    for (const _ of [0, 1]) {
      quoted.setParams?.({ initialEpoch: 0, epochs: 1, steps: 1, validationFreq: null });
      quoted.onEpochEnd?.(0, { 'a,"b"': 1, c: 2 });
    }
    expect(readFileSync(join(folder, "quoted.csv"), "utf8")).toBe('epoch,"a,""b""",c\r\n0,1,2\r\n0,1,2\r\n');
    await expect(train(callbacks.csvLogger({ filename: folder }))).rejects.toThrow(
      `callbacks.csvLogger: expected to write "${folder}", received a folder.`,
    );
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
