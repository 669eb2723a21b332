// Random data for properties: fast-check chooses a seed, the generator of the package fills arrays from it. A failing property
// prints fast-check's seed and the smallest example.

import fc from "fast-check";
import { RandomStream } from "../../src/random/philox.js";

/** Any of two billion sequences of random numbers. */
export const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** How often a property is tried on each backend. */
export const runs = { numRuns: 40 };

/** Uniform numbers in [low, high); `stream` tells several arrays of one seed apart. */
export function numbersFrom(seed: number, count: number, low = -1, high = 1, stream = 0): Float32Array {
  const random = new RandomStream([seed, 0], undefined, stream);
  return Float32Array.from({ length: count }, () => random.uniform(low, high));
}

/** The order of `count` things that belongs to a seed. */
export function orderFrom(seed: number, count: number): number[] {
  return [...new RandomStream([seed, 1]).permutation(count)];
}

/** The largest difference, relative to the largest magnitude (at least 1) of the expected numbers. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let scale = 1;
  for (const value of Array.from(expected)) scale = Math.max(scale, Math.abs(value));
  return Array.from(actual, (value, i) => Math.abs(value - (expected[i] as number)) / scale).reduce(
    (a, b) => (b > a || Number.isNaN(b) ? b : a),
    0,
  );
}
