import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";
import { numbers } from "../graph/random.js";

interface Adapted {
  readonly layer: string;
  readonly options: object;
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly state: { readonly mean: readonly number[]; readonly variance: readonly number[] };
}

const fixtures = readFixture<{ adapted: readonly Adapted[] }>("layers.json").adapted;

/** Mean and variance of a layer in a model. */
function state(layer: layers.Layer, shape: readonly number[]) {
  const weights = sequential([layers.input({ shape }), layer]).getWeights();
  return { mean: weights[0]?.data ?? [], variance: weights[1]?.data ?? [] };
}

describe("normalization, adapt", () => {
  it.each(fixtures.filter(({ layer }) => layer === "normalization"))(
    "finds what Keras finds, $shape $options",
    async ({ options, shape, data, state: expected }) => {
      const layer = layers.normalization(options);
      await layer.adapt({ data: Float32Array.from(data), shape });
      const found = state(layer, shape.slice(1));
      expectClose(found.mean, expected.mean, { relative: 1e-6, absolute: 1e-7 }, "mean");
      expectClose(found.variance, expected.variance, { relative: 1e-6, absolute: 1e-7 }, "variance");
    },
  );

  it("takes parts as it takes the whole, and nested arrays as typed ones", async () => {
    const data = Float32Array.from(numbers(5, 300 * 4, 100, 104));
    const whole = layers.normalization();
    await whole.adapt({ data, shape: [300, 4] });
    const parts = layers.normalization();
    await parts.adapt(
      (async function* () {
        for (const rows of [1, 7, 292]) {
          const from = rows === 1 ? 0 : rows === 7 ? 4 : 32;
          yield { data: data.subarray(from, from + rows * 4), shape: [rows, 4] };
        }
      })(),
    );
    expectClose(state(parts, [4]).mean, [...state(whole, [4]).mean], { relative: 1e-6, absolute: 0 });
    expectClose(state(parts, [4]).variance, [...state(whole, [4]).variance], { relative: 1e-6, absolute: 0 });
    const nested = layers.normalization();
    await nested.adapt([
      [1, 2],
      [3, 6],
    ]);
    expect(state(nested, [2])).toEqual({ mean: new Float32Array([2, 4]), variance: new Float32Array([1, 4]) });
  });

  it("lets the event loop have its turn during large data", async () => {
    const layer = layers.normalization({ inputShape: [1] });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await layer.adapt(new Float32Array(1 << 22).fill(3));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(state(layer, [1]).mean[0]).toBe(3);
  });

  it("refuses what it cannot learn from, and stays as it was", async () => {
    const layer = layers.normalization({ name: "scale", inputShape: [2] });
    await layer.adapt([
      [1, 2],
      [3, 6],
    ]);
    const refused = async (data: layers.AdaptData, error: Error) => {
      await expect(layer.adapt(data)).rejects.toThrow(error);
      expect(state(layer, [2]).mean).toEqual(new Float32Array([2, 4]));
    };
    const at = 'normalization "scale", adapt: ';
    await refused([[1, 2, 3]], new ShapeError(`${at}expected rows of shape [2], received [3].`));
    await refused(new Float32Array(3), new ShapeError(`${at}expected rows of shape [2], received [3].`));
    await refused([], new RangeError(`${at}expected one or more rows, received none.`));
    await refused(
      [
        [1, 2],
        [Number.NaN, 1],
      ],
      new RangeError(
        `${at}expected finite numbers, received NaN in row 1, column 0. Replace or remove missing values.`,
      ),
    );
    const fresh = layers.normalization({ inputShape: [2] });
    await expect(fresh.adapt([[1], [3]])).rejects.toThrow(
      new ShapeError("normalization, adapt: expected rows of shape [2], received [1]."),
    );
    const known = layers.normalization({ mean: 1, variance: 2 });
    await expect(known.adapt([[1]])).rejects.toThrow(
      "normalization, adapt: expected a layer without known statistics, received one with them. Leave out mean and variance.",
    );
  });
});

describe.each(testBackends)("normalization on $label", (backend) => {
  beforeAll(() => backend.use());

  it("scales before and after it has been adapted, also in a model that was used", async () => {
    const layer = layers.normalization({ inputShape: [2] });
    const net = sequential([layer]);
    const x = [
      [1, 2],
      [3, 6],
    ];
    expect((await net.predict(x)).toArray()).toEqual(x);
    await layer.adapt(x);
    expect((await net.predict(x)).toArray()).toEqual([
      [-1, -1],
      [1, 1],
    ]);
    const back = layers.normalization({ mean: [2, 4], variance: [1, 4], invert: true, inputShape: [2] });
    expect((await sequential([back]).predict([[-1, -1]])).toArray()).toEqual([[1, 2]]);
  });

  it("leaves its statistics alone while the model trains", async () => {
    const layer = layers.normalization({ inputShape: [1] });
    await layer.adapt([1, 3]);
    const net = sequential([layer, layers.dense({ units: 1 })], { seed: 1 });
    net.compile({ optimizer: "sgd", loss: "mse" });
    await net.fit([1, 3], [0, 1], { epochs: 5, verbose: 0 });
    expect(net.getWeights().map(({ name }) => name)).toContain("normalization/mean");
    expect(state(layer, [1])).toEqual({ mean: new Float32Array([2]), variance: new Float32Array([1]) });
  });
});
