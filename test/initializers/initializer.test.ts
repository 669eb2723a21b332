import { describe, expect, it } from "vitest";
import * as initializers from "../../src/initializers/index.js";
import { resolveInitializer } from "../../src/initializers/resolve.js";

const shape = [400, 100];

function statistics(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return { mean, deviation, largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

describe("initializers by fans", () => {
  // 40,000 values: the standard error of the deviation is about 0.4 %, of the mean 0.5 % of the deviation.
  const uniform = [
    [initializers.glorotUniform, Math.sqrt(6 / 500)],
    [initializers.heUniform, Math.sqrt(6 / 400)],
    [initializers.lecunUniform, Math.sqrt(3 / 400)],
  ] as const;
  for (const [initializer, limit] of uniform) {
    const { name } = initializer;
    it(`${name} is uniform up to its limit`, () => {
      const { mean, deviation, largest } = statistics(initializer({ seed: 7 })(shape).data);
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(limit * 0.999);
      expect(Math.abs(mean)).toBeLessThan(0.02 * limit);
      expect(deviation / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
    });
  }

  const normal = [
    [initializers.glorotNormal, Math.sqrt(2 / 500)],
    [initializers.heNormal, Math.sqrt(2 / 400)],
    [initializers.lecunNormal, Math.sqrt(1 / 400)],
  ] as const;
  for (const [initializer, sd] of normal) {
    const { name } = initializer;
    it(`${name} has its deviation after it is cut at two deviations`, () => {
      const { mean, deviation, largest } = statistics(initializer({ seed: 7 })(shape).data);
      expect(Math.abs(mean)).toBeLessThan(0.02 * sd);
      expect(Math.abs(deviation / sd - 1)).toBeLessThan(0.02);
      expect(largest).toBeLessThanOrEqual((2 * sd) / 0.87962566103423978 + 1e-6);
    });
  }

  it("have the names of other libraries as aliases", () => {
    expect(initializers.xavierUniform({ seed: 1 })(shape).data).toEqual(
      initializers.glorotUniform({ seed: 1 })(shape).data,
    );
    expect(initializers.xavierNormal).toBe(initializers.glorotNormal);
    expect(initializers.kaimingUniform).toBe(initializers.heUniform);
    expect(initializers.kaimingNormal).toBe(initializers.heNormal);
  });

  it("torchLinear takes the inputs from the shape, or as an option for biases", () => {
    const largest = (initializer: initializers.Initializer, of: readonly number[]) =>
      statistics(initializer(of).data).largest;
    expect(largest(initializers.torchLinear({ seed: 1 }), shape)).toBeLessThanOrEqual(1 / 20);
    const bias = largest(initializers.torchLinear({ fanIn: 16, seed: 1 }), [1000]);
    expect(bias).toBeLessThanOrEqual(1 / 4);
    expect(bias).toBeGreaterThan(0.24);
    expect(initializers.torchLinear({ fanIn: 3 }).config).toEqual({ fanIn: 3 });
    expect(() => initializers.torchLinear({ fanIn: 0 })).toThrow(
      "initializers.torchLinear: fanIn must be a positive integer, received 0.",
    );
  });

  it("varianceScaling knows its modes and distributions", () => {
    const { data } = initializers.varianceScaling({ scale: 3, mode: "fanOut", distribution: "uniform", seed: 1 })(
      shape,
    );
    expect(statistics(data).largest).toBeLessThanOrEqual(Math.sqrt(9 / 100));
    const wide = initializers.varianceScaling({ distribution: "untruncatedNormal", seed: 1 })(shape).data;
    expect(statistics(wide).largest).toBeGreaterThan((2.5 * 1) / 20);
    expect(() => initializers.varianceScaling({ mode: "fanin" as "fanIn" })).toThrow('Did you mean "fanIn"?');
    expect(() => initializers.varianceScaling({ scale: 0 })).toThrow(RangeError);
  });
});

describe("other initializers", () => {
  it("constants and the identity", () => {
    expect(initializers.zeros()([2]).toArray()).toEqual([0, 0]);
    expect(initializers.ones()([2]).toArray()).toEqual([1, 1]);
    expect(initializers.constant({ value: 0.5 })([2]).toArray()).toEqual([0.5, 0.5]);
    expect(initializers.identity({ gain: 2 })([2, 3]).toArray()).toEqual([
      [2, 0, 0],
      [0, 2, 0],
    ]);
    expect(() => initializers.identity()([2])).toThrow(
      "initializers.identity: expected the shape of a matrix, received [2].",
    );
  });

  it("normal and uniform distributions", () => {
    const { mean, deviation } = statistics(initializers.randomNormal({ mean: 1, stddev: 0.1, seed: 3 })(shape).data);
    expect(mean).toBeCloseTo(1, 2);
    expect(deviation).toBeCloseTo(0.1, 2);
    expect(statistics(initializers.truncatedNormal({ stddev: 1, seed: 3 })(shape).data).largest).toBeLessThanOrEqual(2);
    const { data } = initializers.randomUniform({ minval: 2, maxval: 3, seed: 3 })(shape);
    expect(data.every((value) => value >= 2 && value <= 3)).toBe(true);
    expect(() => initializers.randomUniform({ minval: 1, maxval: 0 })).toThrow(
      "minval must not exceed maxval, received 1 and 0.",
    );
  });

  it("sparse matrices", () => {
    expect(initializers.sparse({ sparsity: 1 })([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const full = initializers.sparse({ sparsity: 0, seed: 2 })([5, 4]).data;
    expect(full.every((value) => value !== 0)).toBe(true);
    expect(() => initializers.sparse({ sparsity: 0.5 })([4])).toThrow(
      "initializers.sparse: expected the shape of a matrix, received [4].",
    );
    expect(() => initializers.sparse({} as never)).toThrow(
      new TypeError("initializers.sparse: sparsity must be a number in [0, 1], received undefined."),
    );
  });

  for (const [rows, columns] of [
    [7, 4],
    [4, 7],
    [5, 5],
    [1, 1],
  ] as const) {
    it(`orthogonal is orthogonal for ${rows} x ${columns}`, () => {
      const { data } = initializers.orthogonal({ seed: 5, gain: 2 })([rows, columns]);
      const count = Math.min(rows, columns);
      const at = (vector: number, i: number) =>
        data[rows >= columns ? i * columns + vector : vector * columns + i] as number;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let dot = 0;
          for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i);
          expect(dot).toBeCloseTo(a === b ? 4 : 0, 5);
        }
      }
    });
  }

  it("a function of users, with its own random numbers", () => {
    const initializer = resolveInitializer("", (size, random) =>
      Float32Array.from({ length: size[0] ?? 0 }, () => random.uniform()),
    );
    const context = { seed: [1, 2], stream: 3 } as const;
    expect(initializer([4], context).data).toEqual(initializer([4], context).data);
    const wrong = resolveInitializer("", () => [1, 2]);
    expect(() => wrong([3])).toThrow("expected values of shape [3], received [2].");
  });
});

describe("seeds of initializers", () => {
  it("a seed alone decides; without one the context does", () => {
    const seeded = initializers.heNormal({ seed: 1 });
    expect(seeded([4, 3]).data).toEqual(seeded([4, 3], { seed: [9, 9], stream: 5 }).data);
    const free = initializers.heNormal();
    const first = free([4, 3], { seed: [9, 9], stream: 0 }).data;
    expect(free([4, 3], { seed: [9, 9], stream: 0 }).data).toEqual(first);
    expect(free([4, 3], { seed: [9, 9], stream: 1 }).data).not.toEqual(first);
    expect(free([4, 3], { seed: [8, 9], stream: 0 }).data).not.toEqual(first);
    expect(initializers.heNormal({ seed: 2 })([4, 3]).data).not.toEqual(seeded([4, 3]).data);
  });

  it("names are found, also those that Keras has as well", () => {
    expect(resolveInitializer("", "normal").name).toBe("randomNormal");
    expect(resolveInitializer("", "uniform").name).toBe("randomUniform");
    expect(resolveInitializer("", "torchLinear").name).toBe("torchLinear");
  });

  it("unknown names are refused", () => {
    expect(() => resolveInitializer("dense, kernelInitializer", "glorot_uniform" as "zeros")).toThrow(
      'dense, kernelInitializer: expected a known name, received "glorot_uniform". Did you mean "glorotUniform"?',
    );
    expect(() => resolveInitializer("dense", 3 as unknown as "zeros")).toThrow(TypeError);
  });
});
