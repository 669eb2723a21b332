// How the benchmark turns samples into what it promises.

import { describe, expect, it } from "vitest";
import { chainRatio } from "../../bench/chain.js";
import { footprintRatio } from "../../bench/footprint.js";
import { againstBest } from "../../bench/gemm.js";
import { trainingFlops } from "../../bench/networks.js";
import { scalingNetworks, speedUp } from "../../bench/scaling.js";
import { findTargets, isReached } from "../../bench/targets.js";

const samples = (label: string, ...seconds: number[]) => ({ label, repetitions: 1, seconds });
const product = (batch: number, ...all: ReturnType<typeof samples>[]) => {
  return { batch, weights: [10, 10] as const, mode: "NN" as const, flops: 200 * batch, samples: all };
};
const nothing = {
  gemm: [],
  networks: [],
  latency: [],
  profiles: [],
  peaks: [],
  chain: [],
  firstStep: [],
  footprint: [],
  modules: [],
};
const labels = { native: ["native/avx2 x1", "native/avx2 x2"], wasm: ["wasm/simd128 x1", "wasm/relaxed x1"] };

describe("ratios", () => {
  it("compares a product with the fastest library of as many threads", () => {
    const result = product(
      32,
      samples("native/avx2 x1", 2),
      samples("native/avx2 x2", 1),
      samples("wasm/simd128 x1", 0.1),
      samples("OpenBLAS x1", 3),
      samples("BLIS x1", 1),
      samples("BLIS x2", 4),
    );
    expect(againstBest(result, "native/avx2 x1")).toBeCloseTo(0.5, 12);
    expect(againstBest(result, "native/avx2 x2")).toBeCloseTo(4, 12);
    expect(againstBest(product(1, samples("native/avx2 x1", 2)), "native/avx2 x1")).toBeNaN();
  });

  it("compares a chain with the loop by hand, memory with the minimum, the first setting with the last", () => {
    const all = [samples("native/avx2 x1", 4), samples("by hand", 3)];
    expect(chainRatio({ rows: 1, columns: 1, samples: all }, "native/avx2 x1")).toBeCloseTo(0.75, 12);
    const minimum = { weights: 70, activations: 20, data: 10 };
    expect(footprintRatio({ network: "", label: "", minimum, measured: [130, 110, 120] })).toBeCloseTo(1.2, 12);
    const result = { table: "", network: "", batch: 1, rows: 1, flops: 1, samples: [samples("a", 3), samples("b", 2)] };
    expect(speedUp(result)).toBeCloseTo(1.5, 12);
  });
});

describe("targets", () => {
  it("leaves out what was not measured", () => {
    expect(findTargets(nothing, labels)).toEqual([]);
  });

  it("judges products by the geometric mean and by the worst cell", () => {
    const gemm = [
      product(32, samples("native/avx2 x1", 1), samples("BLIS x1", 2)),
      product(128, samples("native/avx2 x1", 1), samples("BLIS x1", 0.5)),
      product(1, samples("native/avx2 x1", 1), samples("BLIS x1", 3)),
    ];
    const targets = findTargets({ ...nothing, gemm }, labels);
    expect(targets.map(({ name, value }) => [name, Number(value.toFixed(9))])).toEqual([
      ["products, batch >= 32, native/avx2 x1 / best library, mean", 1],
      ["the same, the worst cell", 0.5],
      ["products of one row / best library, mean", 3],
    ]);
    expect(targets.map(isReached)).toEqual([true, false, true]);
  });

  it("knows where less is better, and that relaxed SIMD must do more", () => {
    const networks = [
      {
        network: "784-512-512-10",
        batch: 128,
        rows: 7000,
        samples: [samples("wasm/simd128 x1", 1), samples("wasm/relaxed x1", 1)],
      },
    ];
    const firstStep = [{ backend: "native" as const, import: [10], total: [41] }];
    const modules = [{ name: "a.wasm", bytes: 59_000 }];
    const targets = findTargets({ ...nothing, networks, firstStep, modules }, labels);
    expect(targets.map((target) => [target.value, target.limit, isReached(target)])).toEqual([
      [7000, 6500, true],
      [7000, 9000, false],
      [41, 40, false],
      [59, 60, true],
    ]);
  });
});

describe("the networks that scale", () => {
  it("has whole batches, and nothing larger than asked", () => {
    const all = scalingNetworks(2 ** 20);
    expect(all.every(({ network: { rows, batch } }) => rows % batch === 0)).toBe(true);
    expect(all.filter(({ table }) => table === "width").at(-1)?.network.name).toBe("784-1024-1024-10");
    expect(all.find(({ network }) => network.name === "784-256x64-10")?.network.sizes).toHaveLength(66);
  });

  it("counts the products of a step without the gradient of the data", () => {
    expect(trainingFlops([3, 5, 2])).toBe(2 * (3 * 5 * 2 + 5 * 2 * 3));
  });
});
