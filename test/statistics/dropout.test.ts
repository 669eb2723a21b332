// Dropout on every backend: how many elements are dropped, what the others are multiplied by, and that masks of other steps and
// streams have nothing to do with each other. Limits are five standard errors; seeds are fixed.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { testBackends } from "../backends.js";
import { buildProgram } from "../program-words.js";

const count = 40_000;

/** Dropout of ones. */
function drop(backend: Backend, rate: number, stream: number, step: number, seed: readonly [number, number] = [7, 9]) {
  const row = { rows: 1, columns: count };
  const parameters = { rate, stream };
  const instructions = [{ op: "dropout" as const, operands: { y: 0, x: 1 }, parameters }];
  const { words, offsets } = buildProgram({ tensors: [row, row], instructions });
  const executable = backend.createProgram(words);
  executable.write(offsets[1] as number, new Float32Array(count).fill(1));
  executable.run(0, 1, 1, { learningRate: 0, step, seed });
  const y = executable.read(offsets[0] as number, count);
  executable.dispose();
  return y;
}

describe.each(testBackends)("dropout on $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each([0.01, 0.2, 0.5, 0.9])("drops a part of %d and scales the others", (rate) => {
    const y = drop(backend, rate, 0, 0);
    const kept = y.filter((value) => value !== 0);
    const deviation = Math.sqrt(count * rate * (1 - rate));
    expect(Math.abs(count - kept.length - count * rate)).toBeLessThan(5 * deviation);
    const scale = 1 / (1 - Math.fround(rate));
    expect(kept.every((value) => Math.abs(value / scale - 1) < 2e-7)).toBe(true);
    // The expectation is kept.
    const mean = y.reduce((a, b) => a + b, 0) / count;
    expect(Math.abs(mean - 1)).toBeLessThan((5 * deviation) / count / (1 - rate));
  });

  it("draws masks of other steps, streams and seeds independently", () => {
    const first = drop(backend, 0.5, 0, 0);
    for (const other of [drop(backend, 0.5, 0, 1), drop(backend, 0.5, 1, 0), drop(backend, 0.5, 0, 0, [8, 9])]) {
      const both = first.filter((value, i) => value !== 0 && other[i] !== 0).length;
      expect(Math.abs(both - count / 4)).toBeLessThan(5 * Math.sqrt((count * 3) / 16));
    }
    // Neighbours, which share a block of the generator.
    const pairs = first.filter((value, i) => value !== 0 && first[i + 1] !== 0 && i + 1 < count).length;
    expect(Math.abs(pairs - count / 4)).toBeLessThan(5 * Math.sqrt((count * 5) / 16));
  });
});

describe("dropout", () => {
  it("has the same mask on every backend and instruction set", () => {
    const masks = testBackends.map(({ create }) => drop(create(), 0.3, 2, 5).map((value) => (value === 0 ? 0 : 1)));
    for (const mask of masks) expect(mask).toEqual(masks[0]);
  });
});
