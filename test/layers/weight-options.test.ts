// Every weight that users may begin as they like may have a penalty and a constraint, too.

import { beforeAll, describe, expect, it } from "vitest";
import {
  constraints,
  type Layer,
  layers,
  ops,
  regularizers,
  type SymbolicTensor,
  sequential,
} from "../../src/index.js";
import { testBackends } from "../backends.js";

type Make = (options: object) => Layer;

const cases: readonly { readonly name: string; readonly make: Make; readonly weights: Record<string, string[]> }[] = [
  {
    name: "dense",
    make: (options) => layers.dense({ units: 2, ...options }),
    weights: { kernel: ["kernel"], bias: ["bias"] },
  },
  {
    name: "maxout",
    make: (options) => layers.maxout({ units: 2, ...options }),
    weights: { kernel: ["kernel"], bias: ["bias"] },
  },
  {
    name: "glu",
    make: (options) => layers.glu({ units: 2, ...options }),
    weights: { kernel: ["kernel", "gateKernel"], bias: ["bias", "gateBias"] },
  },
  {
    name: "batchNormalization",
    make: (options) => layers.batchNormalization(options),
    weights: { beta: ["beta"], gamma: ["gamma"] },
  },
  {
    name: "layerNormalization",
    make: (options) => layers.layerNormalization(options),
    weights: { beta: ["beta"], gamma: ["gamma"] },
  },
  {
    name: "groupNormalization",
    make: (options) => layers.groupNormalization({ groups: 1, ...options }),
    weights: { beta: ["beta"], gamma: ["gamma"] },
  },
  { name: "prelu", make: (options) => layers.prelu(options), weights: { alpha: ["alpha"] } },
  {
    name: "embedding",
    make: (options) => layers.embedding({ inputDim: 3, outputDim: 2, ...options }),
    weights: { embeddings: ["embeddings"] },
  },
];
const pairs = cases.flatMap(({ name, make, weights }) => {
  return Object.entries(weights).map(([weight, names]) => ({ name, make, weight, names }));
});

const zeroLoss = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mul(0, ops.mean(ops.flatten(yPred), 1));
const x = [
  [1, 2],
  [0, 1],
];

describe.each(testBackends)("options of weights on $label", (backend) => {
  beforeAll(() => backend.use());

  it.each(pairs)("$name: $weight", async ({ make, weight, names }) => {
    const layer = make({
      inputShape: [2],
      [`${weight}Initializer`]: "randomNormal",
      [`${weight}Regularizer`]: regularizers.l2({ l2: 2 }),
      [`${weight}Constraint`]: constraints.minMaxNorm({ minValue: 1, maxValue: 1, axis: 0 }),
    });
    using net = sequential([layer], { seed: 4 });
    net.compile({ loss: zeroLoss, optimizer: "sgd" });
    const values = () => net.getWeights().filter((one) => names.includes(one.name.split("/")[1] ?? ""));
    const squares = values().flatMap(({ data }) => [...data].map((value) => 2 * value * value));
    expect(values().map(({ name }) => name.split("/")[1])).toEqual(names);
    const { loss } = await net.evaluate(x, [0, 0]);
    expect(loss).toBeCloseTo(
      squares.reduce((a, b) => a + b),
      5,
    );
    await net.trainOnBatch(x, [0, 0]);
    for (const { data, shape } of values()) {
      const columns = shape.length === 1 ? 1 : (shape[1] as number);
      for (let column = 0; column < columns; column++) {
        const length = Math.hypot(...[...data].filter((_, i) => i % columns === column));
        expect(length).toBeCloseTo(1, 4);
      }
    }
  });
});

describe("options of weights", () => {
  it.each(pairs)("$name refuses unknown ones for $weight", ({ name, make, weight }) => {
    expect(() => make({ [`${weight}Regularizer`]: "l3" })).toThrow(
      `${name}, ${weight}Regularizer: expected a known name, received "l3". Did you mean "l1"?`,
    );
    expect(() => make({ [`${weight}Constraint`]: 3 })).toThrow(
      `${name}, ${weight}Constraint: expected a constraint such as "maxNorm" or a function over ops.*, received 3.`,
    );
    expect(make({ [`${weight}Regularizer`]: "l2" }).config).toMatchObject({
      [`${weight}Regularizer`]: { name: "l2", config: { l2: 0.01 } },
      [`${weight}Constraint`]: null,
    });
  });
});
