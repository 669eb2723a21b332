// The short way of predictions and steps on few rows gives what the long way gives: the same bits, the same errors. Options, also
// none in an object, take the long way.

import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  layers,
  losses,
  type Model,
  model,
  input,
  optimizers,
  schedules,
  sequential,
  tensor,
} from "../../src/index.js";
import { currentBackend } from "../../src/backends/registry.js";
import type { Executable } from "../../src/backends/backend.js";
import type { CompileOptions } from "../../src/models/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier } from "./networks.js";

const fewRows = classification(4);
const row = Float32Array.of(0.5, -1, 2, 0.25, -0.125);

/** A network that has a program for four rows. */
function trained(options: Partial<CompileOptions> = {}): Model {
  const net = classifier(3, options);
  net.trainOnBatchSync(fewRows.x, fewRows.y, {});
  return net;
}

function message(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
  return "none";
}

const inputs: readonly (readonly [string, Parameters<Model["predictSync"]>[0]])[] = [
  ["a row as Float32Array", row],
  ["rows as Float32Array", fewRows.x.data],
  ["numbers", [1, 2, 3, 4, 5]],
  ["nested arrays", [[1, 2, 3, 4, 5], Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5)]],
  ["a tensor", tensor(fewRows.x.data, [4, 5])],
  ["bytes", Uint8Array.of(0, 1, 2, 3, 255)],
  ["integers", Int32Array.of(-1, 2 ** 30 + 1, 2, 3, 4)],
];

const trainings: readonly (readonly [string, Partial<CompileOptions>])[] = [
  ["adam and accuracy", {}],
  ["accumulated gradients", { optimizer: optimizers.adam({ gradientAccumulationSteps: 3, globalClipNorm: 0.5 }) }],
  [
    "a schedule",
    {
      optimizer: optimizers.sgd({
        learningRate: schedules.exponential({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 }),
      }),
    },
  ],
  ["many reports", { metrics: ["accuracy", "sparseTopKCategoricalAccuracy", "sparseCategoricalCrossentropy"] }],
];

for (const backend of testBackends) {
  describe(`quick calls on ${backend.label}`, () => {
    beforeAll(backend.use);

    it.each(inputs)("predicts %s as the long way does", async (_, x) => {
      const net = trained();
      const expected = net.predictSync(x, {});
      expect(net.predictSync(x)).toStrictEqual(expected);
      expect(await net.predict(x)).toStrictEqual(expected);
    });

    it.each(trainings)("trains with %s as the long way does", async (_, options) => {
      const [quick, quickAsync, long] = [trained(options), trained(options), trained(options)];
      for (let step = 0; step < 7; step++) {
        const rows = 1 + (step % 4);
        const x = fewRows.x.data.slice(0, 5 * rows);
        const y = fewRows.y.slice(0, rows);
        const expected = long.trainOnBatchSync(x, y, {});
        expect(quick.trainOnBatchSync(x, y)).toStrictEqual(expected);
        expect(await quickAsync.trainOnBatch(x, y)).toStrictEqual(expected);
      }
      expect(allWeights(quick)).toStrictEqual(allWeights(long));
      expect(allWeights(quickAsync)).toStrictEqual(allWeights(long));
    });

    it("serves several inputs and outputs", () => {
      const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [3], name: "b" })];
      const h = layers.concatenate()([a, b]);
      const net = model({
        inputs: { a, b },
        outputs: { u: layers.dense({ units: 2, name: "u" })(h), v: layers.dense({ units: 1, name: "v" })(h) },
      });
      const x = { a: [[1, 2]], b: [[3, 4, 5]] };
      const y = { u: [[0, 1]], v: [[1]] };
      net.compile({ loss: "meanSquaredError" });
      net.trainOnBatchSync(x, y, {});
      expect(net.predictSync(x)).toStrictEqual(net.predictSync(x, {}));
      const before = allWeights(net);
      const step = net.trainOnBatchSync(x, y);
      expect(Object.keys(step)).toEqual(["loss", "uLoss", "vLoss"]);
      expect(allWeights(net)).not.toEqual(before);
    });

    it("takes weights that were set, or that another model has trained", () => {
      const dense = layers.dense({ units: 1, inputShape: [2], name: "shared" });
      const [first, second] = [sequential([dense]), sequential([dense])];
      for (const net of [first, second]) net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      const x = [[1, 2]];
      for (const net of [first, second]) net.predictSync(x, {});
      first.trainOnBatchSync(x, [[3]], {});
      expect(second.predictSync(x)).toStrictEqual(first.predictSync(x, {}));
      first.setWeights([new Float32Array([1, 1]), new Float32Array([0.5])]);
      expect(second.predictSync(x).toArray()).toEqual([[3.5]]);
    });
  });
}

describe("quick calls", () => {
  beforeAll(() => testBackends[0]?.use());

  it("make no request of the backend", async () => {
    const backend = currentBackend();
    const create = backend.createProgram.bind(backend);
    const executables: Executable[] = [];
    const spy = vi.spyOn(backend, "createProgram").mockImplementation((words) => {
      executables.push(create(words));
      return executables.at(-1) as Executable;
    });
    try {
      const net = trained();
      const train = vi.spyOn(executables[0] as Executable, "train");
      net.predictSync(row);
      net.trainOnBatchSync(row, [1]);
      expect(train).not.toHaveBeenCalled();
      net.predictSync(row, {});
      net.predictSync(new Float32Array(5 * 5));
      expect(executables.length).toBe(2);
    } finally {
      spy.mockRestore();
    }
  });

  it.each([
    ["too few numbers", Float32Array.of(1, 2)],
    ["a number that is not finite", Float32Array.of(1, 2, Number.NaN, 4, 5)],
    ["ragged rows", [[1, 2, 3, 4, 5], [1]]],
    ["a string", "rows"],
    ["nothing", undefined],
    ["no rows", new Float32Array(0)],
    ["another shape", tensor(new Float32Array(4), [2, 2])],
    ["names", { other: row }],
  ])("refuse %s with the words of the long way", (_, x) => {
    const net = trained();
    const bad = x as never;
    const expected = message(() => net.predictSync(bad, {}));
    expect(expected).not.toBe("none");
    expect(message(() => net.predictSync(bad))).toBe(expected);
    expect(message(() => net.trainOnBatchSync(bad, [1]))).toBe(message(() => net.trainOnBatchSync(bad, [1], {})));
  });

  it.each([
    ["an unknown class", [3]],
    ["too many rows", [0, 1]],
    ["nothing", undefined],
  ])("refuse %s as targets with the words of the long way", (_, y) => {
    const net = trained();
    const expected = message(() => net.trainOnBatchSync(row, y as never, {}));
    expect(expected).not.toBe("none");
    expect(message(() => net.trainOnBatchSync(row, y as never))).toBe(expected);
  });

  it("refuse a loss that is not finite, and leave the weights and the step as they were", () => {
    const build = () => {
      const net = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1 });
      net.compile({ optimizer: "sgd", loss: losses.meanSquaredError() });
      net.trainOnBatchSync([[1]], [[1]], {});
      return net;
    };
    const [quick, long] = [build(), build()];
    const expected = message(() => long.trainOnBatchSync([[1e30]], [[1]], {}));
    expect(expected).toContain("expected a finite loss");
    const before = allWeights(quick);
    expect(message(() => quick.trainOnBatchSync([[1e30]], [[1]]))).toBe(expected);
    expect(allWeights(quick)).toEqual(before);
  });

  it("refuse a model that was disposed of, and one that is training", async () => {
    const net = trained();
    const running = net.fit(fewRows.x, fewRows.y, { epochs: 1, verbose: 0 });
    expect(message(() => net.trainOnBatchSync(row, [1]))).toContain("expected one training at a time");
    await running;
    net.dispose();
    expect(message(() => net.predictSync(row))).toContain("expected a model in use");
    expect(message(() => net.trainOnBatchSync(row, [1]))).toContain("expected a model in use");
  });

  it("give the event loop its turn", async () => {
    const net = trained();
    await net.predict(row);
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    // A bound of calls, not of time: without a turn the loop below would never end by itself.
    let calls = 0;
    while (!turned && calls < 1e6) {
      await net.predict(row);
      calls++;
    }
    expect(turned).toBe(true);
  });
});
