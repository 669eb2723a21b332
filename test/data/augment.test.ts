import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type FillMode, sampleImage } from "../../src/data/images.js";
import { data, type Tensor, tensor } from "../../src/index.js";

interface Fixture {
  fillValue: number;
  cases: {
    shape: [number, number, number];
    map: [number, number, number, number, number, number];
    fillMode: FillMode;
    image: number[];
    out: number[];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL("../fixtures/images.json", import.meta.url), "utf8")) as Fixture;

const whole = async (set: data.DataSet, fn: data.BatchMap): Promise<[Tensor, Tensor]> => {
  const [x, y] = await set.batch(set.rows).map(fn).toBatch();
  return [x as Tensor, y as Tensor];
};

describe("sampleImage", () => {
  it.each(fixture.cases)("$shape by $map with $fillMode as scipy", ({ shape, map, fillMode, image, out }) => {
    const [height, width, channels] = shape;
    const found = new Float32Array(out.length);
    const sampling = { fillMode, fillValue: fixture.fillValue, interpolation: "bilinear" } as const;
    sampleImage(found, { data: image, height, width, channels }, map, sampling);
    for (const [i, value] of out.entries()) {
      expect(Math.abs((found[i] as number) - value), `value ${i}`).toBeLessThan(1e-6 * Math.abs(value) + 1e-6);
    }
  });
});

describe("augmentation", () => {
  const dot = new Float32Array(25);
  dot[12] = 1;
  const images = data.fromArrays(
    tensor(
      Float32Array.from({ length: 25 * 200 }, (_, i) => dot[i % 25] as number),
      [200, 25],
    ),
    new Float32Array(200),
  );

  it("shifts images within the bounds, each by itself, and otherwise in each pass", async () => {
    const fn = data.randomTranslation({
      heightFactor: [0.2, 0.2],
      widthFactor: 0,
      imageShape: [5, 5],
      fillMode: "constant",
      seed: 1,
    });
    const [x] = await whole(images.take(1), fn);
    expect(x.shape).toEqual([1, 25]);
    expect([...x.data].map((v) => Math.round(v * 1e6) / 1e6).indexOf(1)).toBe(17);
    const shift = data.randomTranslation({
      heightFactor: 0.4,
      widthFactor: 0.4,
      imageShape: [5, 5],
      fillMode: "constant",
      seed: 1,
    });
    const stream = images.batch(200).map(shift);
    const [first, second] = [await stream.toBatch(), await stream.toBatch()].map(([part]) => (part as Tensor).data);
    expect(first).not.toEqual(second);
    expect(new Set(Array.from({ length: 200 }, (_, i) => String(first?.subarray(25 * i, 25 * i + 25)))).size).toBe(200);
    // Nothing is lost within two pixels of the middle, and the mean shift is 0.
    const moments = Array.from({ length: 200 }, (_, i) => first?.subarray(25 * i, 25 * i + 25) as Float32Array).map(
      (image) => [
        image.reduce((sum: number, v) => sum + v, 0),
        image.reduce((sum: number, v, k) => sum + v * ((k % 5) - 2), 0),
      ],
    );
    for (const [sum, x1] of moments) {
      expect(sum).toBeCloseTo(1, 5);
      expect(Math.abs(x1 as number)).toBeLessThanOrEqual(2.00001);
    }
    const mean = moments.reduce((sum, [, x1]) => sum + (x1 as number), 0) / 200;
    expect(Math.abs(mean)).toBeLessThan((4 * 2) / Math.sqrt(3 * 200));
  });

  it("turns images counter-clockwise", async () => {
    const corner = data.fromArrays(tensor(new Float32Array([1, 0, 0, 0, 0, 0, 0, 0, 0]), [1, 3, 3]), [0]);
    const [x] = await whole(corner, data.randomRotation({ factor: [0.25, 0.25], seed: 1 }));
    expect([...x.data].map(Math.round).map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it("mixes rows and their targets by the same shares", async () => {
    const rows = 400;
    const set = data.fromArrays(
      tensor(
        Float32Array.from({ length: rows }, (_, i) => i),
        [rows, 1],
      ),
      tensor(
        Float32Array.from({ length: rows }, (_, i) => 3 * i),
        [rows, 1],
      ),
    );
    const [x, y] = await whole(set, data.mixup({ alpha: 0.4, seed: 2 }));
    for (let i = 0; i < rows; i++) expect(y.data[i]).toBeCloseTo(3 * (x.data[i] as number), 2);
    expect(x.data).not.toEqual(set.x.data);
    expect([...x.data].reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(rows);
    // Beta(0.4, 0.4) has mean 1/2: on the average a row comes half way to the mean.
    const slope =
      [...x.data].reduce((sum, value, i) => sum + (value - 199.5) * (i - 199.5), 0) / ((rows * (rows ** 2 - 1)) / 12);
    expect(Math.abs(slope - 0.5)).toBeLessThan(0.12);
    await expect(whole(data.fromArrays([[1], [2]], Int32Array.of(0, 1)), data.mixup())).rejects.toThrow(
      "data.mixup, y: expected one-hot rows or numbers, received Int32Array. Use data.oneHot before.",
    );
  });

  it("adds noise", async () => {
    const [x] = await whole(
      data.fromArrays(tensor(new Float32Array(20_000), [20_000, 1]), new Float32Array(20_000)),
      data.gaussianNoise({ stddev: 0.5, seed: 1 }),
    );
    const variance = [...x.data].reduce((sum, value) => sum + value ** 2, 0) / 20_000;
    expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });

  it("refuses wrong arguments", async () => {
    expect(() => data.randomRotation({ factor: 2 })).toThrow(
      "data.randomRotation: factor must be a number in [0, 1], received 2.",
    );
    expect(() => data.randomRotation({ factor: [0.2, 0.1] })).toThrow(
      "data.randomRotation: factor must be [lowest, highest], received [0.2, 0.1].",
    );
    expect(() => data.randomRotation({ factor: 0.1, fillMode: "mirror" as never })).toThrow(
      'data.randomRotation, fillMode: expected a known name, received "mirror". Known names: constant, nearest, reflect, wrap.',
    );
    await expect(whole(images, data.randomRotation({ factor: 0.1 }))).rejects.toThrow(
      "data.randomRotation: expected images of 25 numbers, received [25]. Give imageShape: [height, width] or [height, width, channels].",
    );
    expect(() => data.mixup({ alpha: 0 })).toThrow("data.mixup: alpha must be a positive number, received 0.");
  });
});
