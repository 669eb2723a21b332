// The generator against the known answers of its authors' Random123 library, and the distributions made from it.
import { describe, expect, it } from "vitest";
import {
  deriveSeed,
  philox,
  purposes,
  RandomStream,
  type Seed,
  seedFrom,
  shuffledRows,
  toUniform,
} from "../../src/random/philox.js";

function block(counter: readonly [number, number, number, number], key: readonly [number, number]): string {
  const words = new Uint32Array(4);
  philox(words, 0, ...counter, ...key);
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

describe("philox4x32-10", () => {
  // kat_vectors of Random123 1.14, lines "philox4x32 10".
  it("gives the published answers", () => {
    const ones = 0xffffffff;
    expect(block([0, 0, 0, 0], [0, 0])).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    expect(block([ones, ones, ones, ones], [ones, ones])).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
  });

  it("makes numbers of [0, 1) that a float32 holds exactly", () => {
    expect(toUniform(0)).toBe(0);
    expect(toUniform(0xffffffff)).toBe(1 - 2 ** -24);
    expect(Math.fround(toUniform(0x12345678))).toBe(toUniform(0x12345678));
  });
});

describe("seeds", () => {
  it("splits a number into two words", () => {
    expect(seedFrom(0)).toEqual([0, 0]);
    expect(seedFrom(42)).toEqual([42, 0]);
    expect(seedFrom(2 ** 32 + 5)).toEqual([5, 1]);
    expect(seedFrom(-1)).toEqual([0xffffffff, 0xffffffff]);
    expect(seedFrom(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
  });

  it("draws one when there is none", () => {
    expect(seedFrom(undefined)).not.toEqual(seedFrom(undefined));
  });

  it("refuses what is not an integer", () => {
    expect(() => seedFrom(0.5)).toThrow(
      new RangeError("seed: expected an integer, received 0.5. Any integer between -(2^53 - 1) and 2^53 - 1 will do."),
    );
    expect(() => seedFrom("7" as unknown as number)).toThrow(TypeError);
  });

  it("derives independent seeds", () => {
    const seed = seedFrom(1);
    const derived = Array.from({ length: 100 }, (_, i) => deriveSeed(seed, i).join());
    expect(new Set([...derived, seed.join()]).size).toBe(101);
    expect(deriveSeed(seed, 3)).toEqual(deriveSeed(seed, 3));
  });
});

describe("RandomStream", () => {
  const seed: Seed = seedFrom(20240607);

  it("repeats itself, and differs by seed, purpose, stream and step", () => {
    const first = (random: RandomStream) => [random.next(), random.next(), random.next()].join();
    expect(first(new RandomStream(seed, 1, 2, 3))).toBe(first(new RandomStream(seed, 1, 2, 3)));
    const streams = [
      new RandomStream(seed, 1, 2, 3),
      new RandomStream(seedFrom(1), 1, 2, 3),
      new RandomStream(seed, 0, 2, 3),
      new RandomStream(seed, 1, 0, 3),
      new RandomStream(seed, 1, 2, 0),
    ];
    expect(new Set(streams.map(first)).size).toBe(streams.length);
  });

  it("is the sequence of the blocks 0, 1, 2 ...", () => {
    const random = new RandomStream(seed, purposes.weights, 5, 6);
    const words = new Uint32Array(4);
    for (let i = 0; i < 300; i++) {
      if (i % 4 === 0) philox(words, 0, i / 4, 5, 6, purposes.weights, seed[0], seed[1]);
      expect(random.next()).toBe(words[i % 4]);
    }
  });

  // Tolerances are four standard errors of the estimate for n draws.
  function moments(
    draw: () => number,
    n = 200_000,
  ): { mean: number; variance: number; minimum: number; maximum: number } {
    let sum = 0;
    let squares = 0;
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const x = draw();
      sum += x;
      squares += x * x;
      minimum = Math.min(minimum, x);
      maximum = Math.max(maximum, x);
    }
    return { mean: sum / n, variance: squares / n - (sum / n) ** 2, minimum, maximum };
  }

  it("draws uniform numbers", () => {
    const random = new RandomStream(seed);
    const { mean, variance, minimum, maximum } = moments(() => random.uniform(-1, 3));
    expect(Math.abs(mean - 1)).toBeLessThan((4 * Math.sqrt(16 / 12)) / Math.sqrt(200_000));
    expect(Math.abs(variance - 16 / 12)).toBeLessThan(0.015);
    expect(minimum).toBeGreaterThanOrEqual(-1);
    expect(maximum).toBeLessThan(3);
    expect(maximum).toBeGreaterThan(2.999);
  });

  it("fills arrays with the numbers that single calls give", () => {
    const [one, other] = [new RandomStream(seed), new RandomStream(seed)];
    for (const count of [0, 1, 3, 255, 256, 700]) {
      const filled = new Float32Array(count);
      one.fillUniform(filled, -0.25, 0.5);
      expect(filled).toEqual(Float32Array.from({ length: count }, () => other.uniform(-0.25, 0.5)));
    }
    expect(one.next()).toBe(other.next());
  });

  it("draws normal numbers", () => {
    const random = new RandomStream(seed);
    const { mean, variance, maximum } = moments(() => random.normal(2, 0.5));
    expect(Math.abs(mean - 2)).toBeLessThan((4 * 0.5) / Math.sqrt(200_000));
    expect(Math.abs(variance - 0.25)).toBeLessThan(4 * 0.25 * Math.sqrt(2 / 200_000));
    expect(maximum).toBeGreaterThan(2 + 0.5 * 3.5);
  });

  it("draws truncated normal numbers", () => {
    const random = new RandomStream(seed);
    const { mean, variance, minimum, maximum } = moments(() => random.truncatedNormal(0, 1));
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(200_000));
    expect(Math.abs(Math.sqrt(variance) - 0.87962566103423978)).toBeLessThan(0.005);
    expect(minimum).toBeGreaterThanOrEqual(-2);
    expect(maximum).toBeLessThanOrEqual(2);
  });

  it("draws every integer about equally often", () => {
    const random = new RandomStream(seed);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const k = random.integer(7);
      counts[k] = (counts[k] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it.each([0, 1, 2, 17, 1000])("permutes %i numbers", (n) => {
    const order = new RandomStream(seed, purposes.shuffle).permutation(n);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("gives every order of three about equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = shuffledRows(3, seed, i).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
