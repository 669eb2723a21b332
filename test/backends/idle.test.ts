// After a training the threads of the pool sleep: a process that has nothing to do uses no processor time.

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { layers, sequential } from "../../src/index.js";
import { testBackends } from "../backends.js";

describe.each(testBackends)("$label", (backend) => {
  it("uses no processor time when it has nothing to do", async () => {
    await backend.use();
    const net = sequential([layers.dense({ units: 256, inputShape: [256] }), layers.dense({ units: 256 })], {
      seed: 1,
    });
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const x = { data: new Float32Array(256 * 256).fill(0.01), shape: [256, 256] };
    await net.fit(x, x, { epochs: 3, batchSize: 128, verbose: 0 });
    // What the engine compiles and collects behind the training is done by then.
    await sleep(200);
    const before = process.cpuUsage();
    await sleep(300);
    const { user, system } = process.cpuUsage(before);
    // One thread that waits awake would take 300 ms.
    expect((user + system) / 1000).toBeLessThan(100);
    net.dispose();
  });
});
