import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential, type TracedInstruction } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights, xorInputs, xorNetwork, xorTargets } from "./networks.js";

function valuesOf(record: readonly TracedInstruction[], name: string): number[] {
  const found = record.flatMap(({ outputs }) => outputs).filter((tensor) => tensor.name === name);
  return [...(found.at(-1)?.data ?? [])];
}

/** A linear neuron on one row: everything can be computed by hand. */
function neuron() {
  const net = sequential([layers.dense({ units: 1, inputShape: [2], name: "out" })], { seed: 1 });
  net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "meanSquaredError" });
  net.setWeights([[[1], [2]], [0.5]]);
  return net;
}

describe.each(testBackends)("trace on $label", (backend) => {
  beforeAll(() => backend.use());

  it("shows the numbers of a step that can be done by hand", async () => {
    const net = neuron();
    // 1 * 2 + 2 * 3 + 0.5 = 8.5, the error is 1.5, its square 2.25; gradients are 2 * 1.5 * x.
    const record = await net.trace([[2, 3]], [[7]]);
    expect(record[0]).toMatchObject({ phase: "forward", op: "dense", layer: "out" });
    expect(record[0]?.text).toMatch(/^t\d+ = dense input, out\/kernel, b=out\/bias$/);
    expect(record[0]?.inputs.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ["input", [1, 2], [2, 3]],
      ["out/kernel", [2, 1], [1, 2]],
      ["out/bias", [1, 1], [0.5]],
    ]);
    expect([...(record[0]?.outputs[0]?.data ?? [])]).toEqual([8.5]);
    const loss = record.findLast(({ phase }) => phase === "forward");
    expect([...(loss?.outputs[0]?.data ?? [])]).toEqual([2.25]);
    expect(valuesOf(record, "d(out/kernel)")).toEqual([6, 9]);
    expect(valuesOf(record, "d(out/bias)")).toEqual([3]);
    const updated = valuesOf(record, "parameters");
    [0.4, 1.1, 0.2].forEach((value, i) => {
      expect(updated[i]).toBeCloseTo(value, 6);
    });
    expect(record.at(-1)).toMatchObject({ phase: "update", op: "update", layer: "" });
  });

  it("goes forward, then backward, then updates", async () => {
    const record = await xorNetwork(1).trace(xorInputs, xorTargets);
    const order = ["forward", "backward", "update"];
    const phases = record.map(({ phase }) => order.indexOf(phase));
    expect(phases).toEqual([...phases].sort());
    expect(new Set(phases)).toEqual(new Set([0, 1, 2]));
    const backward = record.filter(({ phase }) => phase === "backward");
    expect(backward.map(({ op }) => op)).toContain("lossGrad");
    expect(record.find(({ op }) => op === "lossGrad")?.phase).toBe("backward");
  });

  it("takes no step, and shows what the next one does", async () => {
    const net = sequential(
      [
        layers.dense({ units: 4, activation: "tanh", inputShape: [2] }),
        layers.dropout({ rate: 0.5 }),
        layers.batchNormalization(),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
      { seed: 5 },
    );
    net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "binaryCrossentropy" });
    await net.trainOnBatch(xorInputs, xorTargets);
    const before = allWeights(net);
    const record = await net.trace(xorInputs, xorTargets);
    expect(allWeights(net)).toEqual(before);
    expect(await net.trace(xorInputs, xorTargets)).toEqual(record);
    const { loss } = await net.trainOnBatch(xorInputs, xorTargets);
    const scored = record.findLast(({ phase, layer }) => phase === "forward" && layer === "loss");
    expect(scored?.outputs[0]?.data[0]).toBe(loss);
    // Trained weights come first in the region; the order of the model is another.
    const after = new Set(net.getWeights().flatMap(({ data }) => [...data]));
    for (const value of valuesOf(record, "parameters")) expect(after).toContain(value);
    expect(allWeights(net)).not.toEqual(before);
  });

  it("traces a prediction, also without compile", async () => {
    const net = sequential([layers.dense({ units: 1, activation: "relu", inputShape: [2] })], { seed: 1 });
    const record = await net.trace([1, 2]);
    expect(record.map(({ phase }) => phase)).toEqual(["forward"]);
    expect([...(record[0]?.outputs[0]?.data ?? [])]).toEqual([...(await net.predict([1, 2])).data]);
  });

  it("leaves gradients that are added up as they are", async () => {
    const make = () => {
      const net = neuron();
      const optimizer = optimizers.sgd({ learningRate: 0.1, gradientAccumulationSteps: 2 });
      net.compile({ optimizer, loss: "meanSquaredError" });
      return net;
    };
    const [traced, plain] = [make(), make()];
    for (let step = 0; step < 4; step++) {
      const record = await traced.trace([[2, 3]], [[7]]);
      expect(record.some(({ op }) => op === "update")).toBe(step % 2 === 1);
      for (const net of [traced, plain]) await net.trainOnBatch([[2, 3]], [[7]]);
    }
    expect(allWeights(traced)).toEqual(allWeights(plain));
  });
});

describe("trace", () => {
  it("refuses what it cannot do", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })], { name: "net" });
    await expect(net.trace([[1, 2]], [1])).rejects.toThrow(
      'model "net", trace: expected a compiled model, received one without loss and optimizer. Call compile({ optimizer, loss }) first.',
    );
    await expect(net.trace([[1, Number.NaN]])).rejects.toThrow('model "net", trace');
    // @ts-expect-error: no such option
    await expect(net.trace([[1, 2]], undefined, { batchSize: 2 })).rejects.toThrow(
      'model "net", trace: expected a known option, received "batchSize". Options: sampleWeight, classWeight.',
    );
    const wide = sequential([layers.dense({ units: 4096, inputShape: [4096] })], { name: "wide" });
    await expect(wide.trace(new Float32Array(4096))).rejects.toThrow(
      'model "wide", trace: expected a record of at most 16777216 numbers, received 16789504. Give fewer rows, or trace a smaller model.',
    );
    net.dispose();
    await expect(net.trace([[1, 2]])).rejects.toThrow('model "net", trace: expected a model in use');
  });
});
