import { describe, expect, it } from "vitest";
import { makeData } from "../../playground/src/data/data-set.js";
import { centred, digitSize, drawDigit } from "../../playground/src/data/digits.js";
import { normal, randomNumbers } from "../../playground/src/data/random.js";
import { circle, gauss, spiral, xor } from "../../playground/src/data/shapes.js";
import { defaults } from "../../playground/src/state/config.js";

describe("random numbers", () => {
  it("are the same for the same seed, and well spread", () => {
    const [a, b] = [randomNumbers(5), randomNumbers(5)];
    const values = Array.from({ length: 10_000 }, a);
    expect(Array.from({ length: 10_000 }, b)).toEqual(values);
    expect(values.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0.5, 1);
    const random = randomNumbers(6);
    const normals = Array.from({ length: 10_000 }, () => normal(random));
    expect(normals.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0, 1);
    expect(normals.reduce((sum, value) => sum + value * value, 0) / 10_000).toBeCloseTo(1, 1);
  });
});

describe("shapes", () => {
  it("have the classes where they belong, without noise", () => {
    for (const [x, y, label] of circle(200, 0, randomNumbers(1))) expect(Math.hypot(x, y) < 1.6).toBe(label === 1);
    for (const [x, y, label] of xor(200, 0, randomNumbers(1))) expect(x * y < 0).toBe(label === 1);
    const far = gauss(2000, 0, randomNumbers(1)).filter(([x, y, label]) => x + y > 0 !== (label === 1));
    expect(far.length).toBeLessThan(20);
    for (const [x, y, label] of spiral(200, 0, randomNumbers(1))) {
      const radius = Math.hypot(x, y);
      const angle = (radius / 2.8) * 3.4 * Math.PI + label * Math.PI;
      expect(radius * Math.sin(angle)).toBeCloseTo(x, 6);
      expect(radius * Math.cos(angle)).toBeCloseTo(y, 6);
    }
  });
});

describe("digits", () => {
  it("are pictures in the middle, of ten kinds", () => {
    const random = randomNumbers(3);
    for (let digit = 0; digit < 10; digit++) {
      const pixels = drawDigit(digit, 0.05, random);
      expect(pixels.every((ink) => ink >= 0 && ink <= 1)).toBe(true);
      const mass = pixels.reduce((sum, ink) => sum + ink, 0);
      expect(mass).toBeGreaterThan(20);
      const column = pixels.reduce((sum, ink, i) => sum + ink * ((i % digitSize) + 0.5), 0) / mass;
      expect(Math.abs(column - 14)).toBeLessThan(0.51);
    }
  });

  it("moves a picture to the middle, and leaves an empty one", () => {
    const pixels = new Float32Array(784);
    pixels[0] = 1;
    expect(centred(pixels).indexOf(1)).toBe(14 * digitSize + 14);
    expect(centred(new Float32Array(784)).every((ink) => ink === 0)).toBe(true);
  });
});

const file = (text: string, target: string | null = null) => ({ name: "my.csv", text, target });
const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i < 20 ? "low" : "high"}`).join("\n");
const csv = { ...defaults, data: "csv" } as const;

describe("the data set", () => {
  it("splits as it was asked to", async () => {
    const { train, test, width } = await makeData({ ...defaults, points: 100, trainShare: 0.25 }, null);
    expect([train.count, test.count, width, train.x.length, test.y.length]).toEqual([25, 75, 2, 50, 75]);
  });

  it("reads a CSV file, whose last column has the classes", async () => {
    const set = await makeData(csv, file(`a,b,kind\n${rows}`));
    expect(set).toMatchObject({ width: 2, classes: ["high", "low"], features: ["a", "b"], target: "kind" });
    expect(set.columns).toEqual(["a", "b", "kind"]);
    expect(set.train.count + set.test.count).toBe(40);
    const other = await makeData(csv, file(`a,b,kind\n${rows}`, "b"));
    expect([other.target, other.classes, other.features]).toEqual([
      "b",
      ["0", "1", "2", "3", "4", "5", "6"],
      ["a", "kind_high", "kind_low"],
    ]);
  });

  it("tells what is wrong with a file", async () => {
    const problem = async (text: string) =>
      await makeData(csv, file(text)).then(String, (error: Error) => error.message);
    expect(await problem(`a,b\n${Array.from({ length: 40 }, (_, i) => `${i},${i / 3}`).join("\n")}`)).toBe(
      'my.csv: "b" must have 2 to 10 classes: texts, or whole numbers from 0.',
    );
    expect(await problem("a,b\n1,2\n3")).toContain("my.csv");
    expect(await problem("")).toContain("my.csv");
    const wide = Array.from({ length: 70 }, (_, i) => `c${i}`).join(",");
    const values = Array.from({ length: 6 }, (_, i) => `${Array(69).fill(i).join(",")},${i % 2}`).join("\n");
    expect(await problem(`${wide}\n${values}`)).toBe("my.csv: 69 inputs, at most 64 can be shown.");
    await expect(makeData(csv, null)).rejects.toThrow("csv: choose a file first.");
  });
});
