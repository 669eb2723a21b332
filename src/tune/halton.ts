// Quasi-random points: numbers that fill the unit cube more evenly than random ones.

import { deriveSeed, RandomStream, type Seed } from "../random/philox.js";

/**
 * Halton's sequence with random permutations of the digits, one for each dimension and digit: any number of points of any number
 * of dimensions, each point by its index alone. Follows Owen, "A randomized Halton algorithm in R" (2017).
 */
export class Halton {
  readonly #seed: Seed;
  readonly #bases: number[] = [];
  readonly #permutations: Int32Array[][] = [];

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  /** Coordinate number `dimension` of point number `index`, in [0, 1). */
  at(index: number, dimension: number): number {
    while (this.#bases.length <= dimension) this.#bases.push(nextPrime(this.#bases.at(-1) ?? 1));
    const base = this.#bases[dimension] as number;
    // As many digits as a double can tell apart: those behind the index' own are not 0 either, but permuted.
    let [value, weight, rest] = [0, 1, index];
    for (let place = 0; weight > 2 ** -40; place++) {
      weight /= base;
      value += weight * (this.#permutation(dimension, place, base)[rest % base] as number);
      rest = Math.floor(rest / base);
    }
    return Math.min(value, 1 - 2 ** -53);
  }

  #permutation(dimension: number, place: number, base: number): Int32Array {
    let list = this.#permutations[dimension];
    if (list === undefined) {
      list = [];
      this.#permutations[dimension] = list;
    }
    let permutation = list[place];
    if (permutation === undefined) {
      permutation = new RandomStream(deriveSeed(this.#seed, dimension), undefined, place).permutation(base);
      list[place] = permutation;
    }
    return permutation;
  }
}

function nextPrime(after: number): number {
  for (let candidate = after + 1; ; candidate++) {
    let prime = true;
    for (let divisor = 2; prime && divisor * divisor <= candidate; divisor++) prime = candidate % divisor !== 0;
    if (prime) return candidate;
  }
}
