// Memory stays flat over many trainings, and over models that are forgotten without dispose().

import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { beforeAll, describe, expect, it } from "vitest";
import * as callbacks from "../../src/callbacks/index.js";
import { FormatError } from "../../src/errors.js";
import { loadModel } from "../../src/saving/load.js";
import { testBackends } from "../backends.js";
import { xorInputs, xorNetwork, xorTargets } from "./networks.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes by which the process has grown over the second half of the cycles; the first half fills pools and caches. */
async function growth(cycles: number, cycle: () => Promise<unknown>): Promise<number> {
  let half = 0;
  for (let i = 1; i <= cycles; i++) {
    await cycle();
    // Finalizers get their turn.
    if (i % 100 === 0) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (i === cycles / 2) half = process.memoryUsage.rss();
  }
  return process.memoryUsage.rss() - half;
}

// Two kilobytes that are kept of each training would be 10 MB; models that are kept are 50 MB.
const most = 8 << 20;

const native = testBackends.filter(({ name }) => name === "native").slice(0, 1);

describe.each(native.length > 0 ? native : testBackends.slice(0, 1))("$label", (backend) => {
  beforeAll(() => backend.use());

  it("10,000 trainings of one model", { timeout: 180_000 }, async () => {
    const net = xorNetwork(1);
    const fit = () => {
      const list = [callbacks.earlyStopping({ monitor: "loss", restoreBestWeights: true })];
      return net.fit(xorInputs, xorTargets, { verbose: 0, validationData: [xorInputs, xorTargets], callbacks: list });
    };
    expect(await growth(10_000, fit)).toBeLessThan(most);
  });

  it("models that are trained and forgotten", { timeout: 180_000 }, async () => {
    const forget = () => xorNetwork(1).fit(xorInputs, xorTargets, { verbose: 0 });
    expect(await growth(1000, forget)).toBeLessThan(most);
  });

  it("models that are loaded and forgotten, and files that are refused", async () => {
    const bytes = await xorNetwork(1).save();
    const load = async () => {
      await (await loadModel(bytes)).predict(xorInputs);
      await expect(loadModel(bytes.subarray(0, -4))).rejects.toThrow(FormatError);
    };
    expect(await growth(1000, load)).toBeLessThan(most);
  });
});
