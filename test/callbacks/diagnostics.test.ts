import { beforeAll, describe, expect, it } from "vitest";
import * as callbacks from "../../src/callbacks/index.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier } from "../models/networks.js";

const { x, y } = classification(60);

/** A deep network of small sigmoid layers: each derivative is 1/4 at most. */
function deep(activation: "sigmoid" | "relu") {
  const hidden = Array.from({ length: 6 }, (_, i) => {
    return layers.dense({ units: 8, activation, name: `h${i + 1}`, ...(i === 0 && { inputShape: [5] }) });
  });
  const net = sequential([...hidden, layers.dense({ units: 3, activation: "softmax", name: "out" })], { seed: 2 });
  net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" });
  return net;
}

describe.each(testBackends)("diagnostics on $label", (backend) => {
  beforeAll(() => backend.use());

  it("shows how gradients vanish towards the inputs", async () => {
    const look = callbacks.diagnostics({ rows: 40 });
    await deep("sigmoid").fit(x, y, { epochs: 2, batchSize: 16, verbose: 0, callbacks: [look] });
    expect(look.results.map(({ epoch }) => epoch)).toEqual([0, 1]);
    const [{ layers: measured } = { layers: [] }] = look.results;
    expect(measured.map(({ name }) => name)).toEqual(["h1", "h2", "h3", "h4", "h5", "h6", "out"]);
    const norms = measured.map(({ gradientNorm }) => gradientNorm);
    for (let i = 1; i < norms.length; i++) expect(norms[i]).toBeGreaterThan(2 * (norms[i - 1] ?? 0));
    expect(measured.every(({ activationMean }) => activationMean > 0 && activationMean < 1)).toBe(true);
  });

  it("measures what can be computed otherwise, and changes nothing", async () => {
    const net = sequential(
      [
        layers.dense({ units: 4, activation: "relu", inputShape: [5], name: "hidden" }),
        layers.dense({ units: 1, name: "out" }),
      ],
      { seed: 3 },
    );
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: "meanSquaredError" });
    // The second unit is dead, the gradient of the last bias is twice the mean error.
    const [kernel, bias, ...rest] = net.getWeights().map(({ data }) => Float32Array.from(data));
    for (let i = 1; i < 20; i += 4) (kernel as Float32Array)[i] = 0;
    (bias as Float32Array)[1] = -1;
    net.setWeights([kernel, bias, ...rest] as Float32Array[]);
    const targets = Float32Array.from(y);
    const look = callbacks.diagnostics({ rows: 60 });
    const before = allWeights(net);
    await net.fit(x, targets, { batchSize: 25, verbose: 0, callbacks: [look] });
    const after = allWeights(net);
    const [hidden, out] = look.results[0]?.layers ?? [];
    const norm = (values: readonly number[]) => Math.hypot(...values);
    expect(hidden?.weightNorm).toBeCloseTo(norm(after.slice(0, 24)), 5);
    const change = norm(after.slice(0, 24).map((value, i) => value - (before[i] ?? 0)));
    expect(hidden?.updateRatio).toBeCloseTo(change / norm(before.slice(0, 24)), 5);
    expect(hidden?.deadUnits).toBe(0.25);
    const predicted = (await net.predict(x)).data;
    const mean = predicted.reduce((a, b) => a + b) / 60;
    expect(out?.activationMean).toBeCloseTo(mean, 5);
    const squares = predicted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(out?.activationStandardDeviation).toBeCloseTo(Math.sqrt(squares / 60), 5);
    // The gradient with respect to the weights of the last layer, from its inputs and the errors.
    const [k, b] = [after.slice(0, 20), after.slice(20, 24)];
    const units = Array.from({ length: 60 }, (_, row) => {
      return b.map((offset, j) => {
        let sum = offset;
        for (let i = 0; i < 5; i++) sum += (x.data[row * 5 + i] ?? 0) * (k[i * 4 + j] ?? 0);
        return Math.max(0, sum);
      });
    });
    const errors = units.map((_, row) => (2 * ((predicted[row] ?? 0) - (targets[row] ?? 0))) / 60);
    const gradient = [0, 1, 2, 3].map((j) => errors.reduce((sum, e, row) => sum + e * (units[row]?.[j] ?? 0), 0));
    expect(out?.gradientNorm).toBeCloseTo(norm([...gradient, errors.reduce((a, c) => a + c)]), 4);
  });

  it("does not disturb the training", async () => {
    const weights = [];
    for (const list of [[], [callbacks.diagnostics()]]) {
      const net = classifier(4, { optimizer: optimizers.adam({ gradientAccumulationSteps: 2 }) });
      await net.fit(x, y, { epochs: 3, batchSize: 8, verbose: 0, onEpochEnd: () => {}, callbacks: list });
      weights.push(allWeights(net));
    }
    expect(weights[1]).toEqual(weights[0]);
  });
});

describe("diagnostics", () => {
  beforeAll(() => testBackends[0]?.use());

  it("takes the first rows of batches", async () => {
    const look = callbacks.diagnostics();
    await classifier(1).fit(new Set([[x, y] as const]), { epochs: 2, verbose: 0, callbacks: [look] });
    expect(look.results).toHaveLength(2);
    expect(look.results[1]?.layers.map(({ name }) => name)).toEqual(["hidden", "logits"]);
    expect(look.results[1]?.layers.every(({ updateRatio }) => updateRatio > 0)).toBe(true);
  });

  it("draws charts", async () => {
    const look = callbacks.diagnostics();
    await deep("relu").fit(x, y, { epochs: 3, verbose: 0, callbacks: [look] });
    const svg = look.toSvg({ width: 400 });
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    for (const text of ["Gradient norm", "Part of dead units", "h1", "out", "epoch 2"]) expect(svg).toContain(text);
    expect(svg).not.toContain("NaN");
    expect(callbacks.diagnostics().toSvg()).not.toContain("NaN");
  });

  it("tells mistakes", () => {
    const where = "callbacks.diagnostics";
    expect(() => callbacks.diagnostics({ rows: 1 })).toThrow(
      `${where}: rows must be an integer of at least 2, received 1.`,
    );
    expect(() => callbacks.diagnostics().toSvg({ width: 1 })).toThrow(
      `${where}, toSvg: width must be an integer of at least 200, received 1.`,
    );
  });
});
