// Numbers for tests that are the same in every run.

import { philox, toUniform } from "../../src/random/philox.js";

/** `count` numbers in [from, to). */
export function numbers(seed: number, count: number, from = -2, to = 2): number[] {
  const words = new Uint32Array(4);
  return Array.from({ length: count }, (_, i) => {
    if (i % 4 === 0) philox(words, 0, i / 4, 0, 0, 0x7465, seed, 0);
    return from + (to - from) * toUniform(words[i % 4] as number);
  });
}

/** A matrix of numbers in [from, to); with `gap`, at least that far from 0. */
export function matrix(seed: number, rows: number, columns: number, from = -2, to = 2, gap = 0): number[][] {
  const flat = numbers(seed, rows * columns, from, to).map((x) =>
    Math.abs(x) < gap ? x + Math.sign(x + 1e-9) * gap : x,
  );
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

/** Odd sizes: single elements, rows, columns, primes, and some drawn at random. */
export const sizes: readonly (readonly [rows: number, columns: number])[] = [
  [1, 1],
  [1, 7],
  [5, 1],
  [3, 5],
  [7, 11],
  ...randomSizes(3),
];

/** Sizes of up to 12 rows and columns, the same in every run. */
function randomSizes(count: number): (readonly [rows: number, columns: number])[] {
  const drawn = numbers(17, 2 * count, 1, 13).map(Math.floor);
  return Array.from({ length: count }, (_, i) => [drawn[2 * i] as number, drawn[2 * i + 1] as number]);
}
