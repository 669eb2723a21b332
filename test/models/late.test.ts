// Code that is loaded when it is needed. Here nothing has loaded it, unlike in other tests, whose backends do it.
import { describe, expect, it } from "vitest";
import { ready as backendReady } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { ready } from "../../src/ready.js";

function* batches() {
  yield [[[0, 1]], [[1]]] as [number[][], number[][]];
}

describe("code that is loaded when it is needed", () => {
  it("is waited for, and asked for by the Sync functions", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    net.compile({ optimizer: "sgd", loss: "mse" });
    await backendReady();
    net.fitSync([[0, 1]], [[1]], { verbose: 0 });
    const text =
      'model "sequential", fitSync: expected all code to be loaded, received a part that is not. Call `await ready()` before.';
    expect(() => net.fitSync(batches(), { verbose: 0 })).toThrow(text);
    await ready();
    expect(net.fitSync(batches(), { verbose: 0 }).history.loss).toHaveLength(1);
    expect((await net.fit(batches(), { verbose: 0 })).history.loss).toHaveLength(1);
  });
});
