// Worker threads that train at the same time share the machine and the addon, and nothing else: each gets its own results.

import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

const file = fileURLToPath(new URL("./worker-train.mjs", import.meta.url));

function trainInWorker(): Promise<Float32Array[]> {
  return new Promise((resolve, reject) => {
    new Worker(file).once("message", resolve).once("error", reject);
  });
}

describe("worker threads", () => {
  it("get the same bits side by side as alone", async () => {
    const { train } = (await import(file)) as { train: () => Promise<Float32Array[]> };
    const alone = await train();
    const together = await Promise.all([trainInWorker(), trainInWorker(), train()]);
    expect(alone.map(({ length }) => length)).toEqual([51200, 256, 65536, 256, 2560, 10]);
    expect(alone.flat().every((values) => values.every(Number.isFinite))).toBe(true);
    for (const weights of together) expect(weights).toEqual(alone);
  });
});
