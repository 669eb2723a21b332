import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { testBackends } from "../backends.js";

describe.each(testBackends)("embedding on $label", (backend) => {
  beforeAll(() => backend.use());

  it("gives the rows of its weight, and learns those that occur", async () => {
    const layer = layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [2] });
    const net = sequential([layer, layers.flatten(), layers.dense({ units: 1, kernelInitializer: "ones" })], {
      seed: 1,
    });
    const before = net.getWeights()[0]?.data as Float32Array;
    expect(before.every((value) => Math.abs(value) <= 0.05)).toBe(true);
    const out = await sequential([layer]).predict(Int32Array.from([3, 0, 0, 2]));
    expect(out.shape).toEqual([2, 2, 2]);
    expect([...out.data]).toEqual([3, 0, 0, 2].flatMap((i) => [...before.subarray(2 * i, 2 * i + 2)]));
    net.compile({ optimizer: "sgd", loss: "mse" });
    await net.fit(
      [
        [3, 0],
        [0, 2],
      ],
      [1, -1],
      { epochs: 3, verbose: 0 },
    );
    const after = net.getWeights()[0]?.data as Float32Array;
    const changed = [0, 1, 2, 3].map((i) => after[2 * i] !== before[2 * i]);
    expect(changed).toEqual([true, false, true, true]);
  });

  it("ends a training with a number that is no category", async () => {
    const net = sequential(
      [layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [1], name: "city" }), layers.flatten()],
      { seed: 1 },
    );
    net.compile({ optimizer: "sgd", loss: "mse" });
    for (const bad of [4, -1, 0.5]) {
      await expect(net.fit([[bad]], [[0, 0]], { verbose: 0 })).rejects.toThrow('NaN first appears in "city"');
    }
    const { data } = await net.predict([[4]]);
    expect([...data]).toEqual([Number.NaN, Number.NaN]);
  });
});
