import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { type CompileOptions, model, sequential } from "../../src/models/index.js";
import { input } from "../../src/layers/input.js";
import type { ActivationInput } from "../../src/activations/resolve.js";
import * as optimizers from "../../src/optimizers/index.js";

beforeAll(() => setBackend("reference"));

type Rows = number[][] | { data: Uint8Array; shape: number[] };

async function warningsOf(
  x: Rows,
  y: number[] | number[][],
  first: readonly ReturnType<typeof layers.dense>[],
  {
    units = 1,
    activation = "linear",
    loss = "meanSquaredError",
  }: {
    units?: number;
    activation?: ActivationInput;
    loss?: CompileOptions["loss"];
  } = {},
): Promise<string[]> {
  const net = sequential([...first, layers.dense({ units, activation })], { name: "net", seed: 1 });
  net.compile({ optimizer: optimizers.sgd({ learningRate: 1e-9 }), loss });
  return (await net.fit(x, y, { verbose: 0 })).warnings;
}

const large = [
  [1, 2000],
  [0, 2400],
  [2, 1600],
];
const small = [
  [1, 2],
  [0, 1],
  [2, 0],
];
const y = [1, 0, 1];

describe("advice on inputs", () => {
  it("tells which column is not scaled", async () => {
    const advice = [
      'model "net", fit, x: values of column 1 are about 2030 in size and no layer scales them, which makes training slow or ' +
        "unstable. Put layers.normalization() first and adapt it to x, or use data.standardScaler().",
    ];
    expect(await warningsOf(large, y, [])).toEqual(advice);
    expect(await warningsOf(large, y, [layers.dropout({ rate: 0.1 }), layers.flatten()])).toEqual(advice);
  });

  it("knows pixels", async () => {
    const pixels = { data: new Uint8Array(12).fill(200), shape: [3, 4] };
    expect((await warningsOf(pixels, y, []))[0]).toContain(
      "For pixels put layers.rescaling({ scale: 1 / 255 }) first.",
    );
  });

  it("looks at each input of a model, and at the first batch", async () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const joined = layers.concatenate()([a, layers.batchNormalization()(b)]);
    const net = model({ inputs: { a, b }, outputs: layers.dense({ units: 1 })(joined), name: "net" });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 1e-9 }), loss: "meanSquaredError" });
    const batches = [[{ a: small, b: large }, y] as const, [{ a: large, b: large }, y] as const];
    expect((await net.fit(new Set(batches), { verbose: 0 })).warnings).toEqual([]);
    expect((await net.fit(new Set(batches.slice(1)), { verbose: 0 })).warnings).toEqual([
      expect.stringContaining('model "net", fit, x "a": values of column 1 are about 2030'),
    ]);
  });

  it.each([
    ["small values", small, []],
    ["a normalization", large, [layers.normalization({ mean: 2000, variance: 1e5 })]],
    ["a batch normalization", large, [layers.batchNormalization()]],
    ["an embedding", [[1], [70], [2]], [layers.embedding({ inputDim: 71, outputDim: 2 }), layers.flatten()]],
  ])("says nothing of %s", async (_, x, first) => {
    expect(await warningsOf(x, y, first)).toEqual([]);
  });
});

describe("advice on targets", () => {
  const classes = [
    [1, 0],
    [1, 1],
    [0, 1],
  ];

  it("tells rows that are not one-hot", async () => {
    const options = { units: 2, activation: "softmax", loss: "categoricalCrossentropy" } as const;
    expect(await warningsOf(small, classes, [], options)).toEqual([
      'model "net", fit, y: categoricalCrossentropy expects one-hot targets or probabilities, whose sum is 1, but there is a row ' +
        "with the sum 2. Where several classes may hold at once, use a sigmoid and binaryCrossentropy.",
    ]);
    const multiLabel = { units: 2, activation: "sigmoid", loss: "binaryCrossentropy" } as const;
    expect(await warningsOf(small, classes, [], multiLabel)).toEqual([]);
  });

  it("tells logits and probabilities apart", async () => {
    expect(await warningsOf(small, y, [], { loss: "binaryCrossentropy" })).toEqual([
      'model "net", fit: binaryCrossentropy expects probabilities, but the last layer has the activation linear. Give it the ' +
        'activation "sigmoid", or set fromLogits to true in losses.binaryCrossentropy.',
    ]);
    const fromLogits = losses.sparseCategoricalCrossentropy({ fromLogits: true });
    expect(await warningsOf(small, y, [], { units: 2, activation: "softmax", loss: fromLogits })).toEqual([
      'model "net", fit: sparseCategoricalCrossentropy with fromLogits expects outputs without an activation, but the last layer ' +
        "has softmax. Leave out the activation, or set fromLogits to false.",
    ]);
    expect(await warningsOf(small, y, [], { units: 2, loss: fromLogits })).toEqual([]);
  });

  it("tells targets that the outputs cannot reach", async () => {
    expect(await warningsOf(small, [0.5, 3, 1], [], { activation: "sigmoid" })).toEqual([
      'model "net", fit, y: there are targets such as 3, but the last layer\'s sigmoid gives numbers in [0, 1] alone. Leave out ' +
        "the activation of the last layer, or scale the targets.",
    ]);
    expect((await warningsOf(small, [0.5, -3, 1], [], { activation: "relu" }))[0]).toContain("in [0, infinity) alone.");
    expect(await warningsOf(small, [0.5, 3, 1], [], { activation: "relu" })).toEqual([]);
    expect(await warningsOf(small, [-1, 1, 0], [], { activation: "tanh" })).toEqual([]);
  });
});
