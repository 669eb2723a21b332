// The comparison with other libraries: who is compared with whom.

import { expect, it } from "vitest";
import { affordableRows } from "../../bench/rivals/problem.js";
import { findRivalTargets } from "../../bench/rivals/targets.js";

const samples = (label: string, seconds: number) => ({ label, repetitions: 1, seconds: [seconds] });

it("takes the best version of a library, and rows into account", () => {
  const results = [
    {
      network: "784-512-512-10",
      batch: 128,
      rows: {
        "feedforward native/avx2 x2": 800,
        "feedforward wasm/simd128 x1": 100,
        "PyTorch 1 x2": 800,
        "PyTorch 2 x2": 400,
        "jax-js 1": 25,
      },
      samples: [
        samples("feedforward native/avx2 x2", 1),
        samples("feedforward wasm/simd128 x1", 1),
        samples("PyTorch 1 x2", 8),
        samples("PyTorch 2 x2", 2),
        samples("jax-js 1", 1),
      ],
      latency: { "feedforward native/avx2 x2": [1, 100] as const, "PyTorch 2 x2": [1, 150] as const },
    },
  ];
  expect(findRivalTargets(results).map(({ name, value, limit }) => [name, value, limit])).toEqual([
    ["784-512-512-10 / PyTorch", 4, 2.5],
    ["inference of 784-512-512-10, 256 rows / PyTorch", expect.closeTo(1.5, 12), 2],
    ["WebAssembly, 1 thread, 784-512-512-10 / jax-js", 4, 2],
  ]);
  expect(findRivalTargets([])).toEqual([]);
});

it("gives slow libraries fewer rows, whole batches, one at least", () => {
  const network = { name: "", sizes: [100, 100, 10], batch: 10, rows: 1000, reference: false };
  expect(affordableRows(network, 1000)).toBe(1000);
  expect(affordableRows(network, 0.01)).toBe(80);
  expect(affordableRows(network, 1e-9)).toBe(10);
});
