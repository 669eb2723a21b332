import { beforeAll, describe, expect, it } from "vitest";
import * as activations from "../../src/activations/index.js";
import { resolveActivation } from "../../src/activations/resolve.js";
import { setBackend } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";

const xs = [-30, -2, -0.5, 0, 0.25, 1, 30];
const { exp, tanh, log1p, sqrt, PI } = Math;

/** Abramowitz and Stegun 7.1.5, the series of erf: enough for |x| <= 1.5; beyond 5 it is 1 in float32. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / sqrt(PI)) * sum;
}

const formulas: [activations.ActivationInput, (x: number) => number][] = [
  ["linear", (x) => x],
  ["step", (x) => (x >= 0 ? 1 : 0)],
  ["sigmoid", (x) => 1 / (1 + exp(-x))],
  ["tanh", tanh],
  ["relu", (x) => Math.max(x, 0)],
  ["leakyRelu", (x) => (x >= 0 ? x : 0.2 * x)],
  ["elu", (x) => (x > 0 ? x : exp(x) - 1)],
  ["selu", (x) => 1.05070098 * (x > 0 ? x : 1.67326324 * (exp(x) - 1))],
  ["gelu", (x) => (x * (1 + erf(x / sqrt(2)))) / 2],
  ["silu", (x) => x / (1 + exp(-x))],
  ["softplus", (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x)))],
  [activations.step({ threshold: 1 }), (x) => (x >= 1 ? 1 : 0)],
  [activations.leakyRelu({ negativeSlope: 0.01 }), (x) => (x >= 0 ? x : 0.01 * x)],
  [activations.elu({ alpha: 0.5 }), (x) => (x > 0 ? x : 0.5 * (exp(x) - 1))],
  [activations.gelu({ approximate: true }), (x) => (x * (1 + tanh(sqrt(2 / PI) * (x + 0.044715 * x ** 3)))) / 2],
  ["swish", (x) => x / (1 + exp(-x))],
  ["hardSwish", (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
  ["exponential", exp],
  [activations.softShrink, (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0)],
  [activations.threshold({ threshold: 0.25, defaultValue: 9 }), (x) => (x > 0.25 ? x : 9)],
  [activations.relu({ negativeSlope: 0.5, maxValue: null }), (x) => (x >= 0 ? x : x / 2)],
  [activations.relu, (x) => Math.max(x, 0)],
  [activations.relu(), (x) => Math.max(x, 0)],
  [(x) => ops.mul(ops.relu(x), 2), (x) => 2 * Math.max(x, 0)],
];

describe.each(testBackends)("activations on $label", (backend) => {
  beforeAll(() => backend.use());

  for (const [activation, formula] of formulas) {
    const { name } = resolveActivation("", activation);
    it(`${name} follows its formula`, async () => {
      const net = sequential([layers.activation({ activation, inputShape: [1] })]);
      const { data } = await net.predict(xs.map((x) => [x]));
      xs.forEach((x, i) => {
        const expected = formula(x);
        expect(Math.abs((data[i] ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-6 + 1e-6 * Math.abs(expected));
      });
      net.dispose();
    });
  }

  it("softmax and logSoftmax go over the last dimension", async () => {
    const rows = [
      [1, 2, 3],
      [1000, 1000, -1000],
    ];
    for (const activation of ["softmax", "logSoftmax"] as const) {
      const net = sequential([layers.activation({ activation, inputShape: [3] })]);
      const { data } = await net.predict(rows);
      rows.forEach((row, r) => {
        const largest = Math.max(...row);
        const sum = row.reduce((total, x) => total + exp(x - largest), 0);
        row.forEach((x, j) => {
          const log = x - largest - Math.log(sum);
          const expected = activation === "softmax" ? exp(log) : log;
          expect(Math.abs((data[r * 3 + j] ?? Number.NaN) - expected)).toBeLessThan(1e-6 + 1e-6 * Math.abs(expected));
        });
      });
    }
  });
});

describe("activations", () => {
  it("take an option that is undefined as not given", () => {
    expect(activations.elu({ alpha: undefined } as object).config).toEqual({ alpha: 1 });
  });

  it("glu halves the width of a layer, which must be even", async () => {
    await setBackend("reference");
    const net = sequential([layers.dense({ units: 4, activation: "glu", inputShape: [3] })]);
    expect((await net.predict([[1, 2, 3]])).shape).toEqual([1, 2]);
    expect(() => sequential([layers.dense({ units: 3, activation: "glu", inputShape: [3], name: "odd" })])).toThrow(
      "activations.glu: expected an even last dimension, received [batch, 3].",
    );
  });

  it("are refused when unknown", () => {
    expect(() => resolveActivation("dense, activation", "Relu" as "relu")).toThrow(
      'dense, activation: expected a known name, received "Relu". Did you mean "relu"?',
    );
    expect(() => activations.leakyRelu({ alpha: 0.1 } as never)).toThrow(
      'activations.leakyRelu: expected a known option, received "alpha". Options: negativeSlope.',
    );
    expect(() => activations.leakyRelu({ negativeSlope: -1 })).toThrow(RangeError);
    expect(() => activations.relu({ maxValue: -1 })).toThrow(
      "activations.relu: maxValue must be a finite number of at least 0, received -1.",
    );
    expect(() => activations.relu({ threshold: -1 })).toThrow(
      "activations.relu: threshold must be a finite number of at least 0, received -1.",
    );
    expect(() => activations.celu({ alpha: 0 })).toThrow(
      "activations.celu: alpha must be a positive number, received 0.",
    );
    expect(() => activations.squareplus({ b: -4 })).toThrow(
      "activations.squareplus: b must be a positive number, received -4.",
    );
    expect(() => activations.threshold({ threshold: 1 } as never)).toThrow(
      new TypeError("activations.threshold: defaultValue must be a finite number, received undefined."),
    );
    expect(() => activations.softShrink({ threshold: Number.NaN })).toThrow(
      "activations.softShrink: threshold must be a finite number of at least 0, received NaN.",
    );
    expect(() => ops.celu(1, 0)).toThrow("ops.celu: alpha must be a positive number, received 0.");
    expect(() => resolveActivation("dense, activation", null as never)).toThrow("received null.");
  });
});
