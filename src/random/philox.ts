// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011).
// A number depends only on (seed, purpose, stream, step, index), so that every backend and every number of threads draws
// the same dropout masks, and initial weights and shuffles need no state that would have to be saved.

import { explain } from "../errors.js";

/** The generator's key: the low and the high 32 bits of a seed, both unsigned. */
export type Seed = readonly [low: number, high: number];

/** The fourth word of the counter: different uses of one seed never share numbers. The core knows `dropout` and `random`. */
export const purposes = { dropout: 0x646d, random: 0x726e, weights: 0x7765, shuffle: 0x7368, general: 0x6765 } as const;

const keyStep0 = 0x9e3779b9;
const keyStep1 = 0xbb67ae85;

/**
 * Writes the four 32-bit words of one counter value to `out` at `at`.
 *
 * The products' high halves are put together from 16-bit parts: every intermediate value stays an int32, which the
 * engines keep in registers (1M numbers in about 25 ms; the same through BigInt takes seconds).
 */
export function philox(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  seedLow: number,
  seedHigh: number,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let k0 = seedLow | 0;
  let k1 = seedHigh | 0;
  for (let round = 0; round < 10; round++) {
    // (high, low) of 0xd2511f53 x0 and of 0xcd9e8d57 x2.
    const a = x0 & 0xffff;
    const b = x0 >>> 16;
    const u = (Math.imul(b, 0x1f53) + (Math.imul(a, 0x1f53) >>> 16)) | 0;
    const v = (Math.imul(a, 0xd251) + (u & 0xffff)) | 0;
    const high0 = (Math.imul(b, 0xd251) + (u >>> 16) + (v >>> 16)) | 0;
    const low0 = Math.imul(x0, 0xd2511f53);
    const c = x2 & 0xffff;
    const d = x2 >>> 16;
    const s = (Math.imul(d, 0x8d57) + (Math.imul(c, 0x8d57) >>> 16)) | 0;
    const t = (Math.imul(c, 0xcd9e) + (s & 0xffff)) | 0;
    const high1 = (Math.imul(d, 0xcd9e) + (s >>> 16) + (t >>> 16)) | 0;
    const low1 = Math.imul(x2, 0xcd9e8d57);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + keyStep0) | 0;
    k1 = (k1 + keyStep1) | 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
  out[at + 2] = x2;
  out[at + 3] = x3;
}

/** A word as a number in [0, 1): its 24 upper bits, which a float32 holds exactly. */
export function toUniform(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/** The key for a user's seed: any safe integer; `undefined` draws one. */
export function seedFrom(seed: number | undefined): Seed {
  if (seed === undefined) return [Math.floor(Math.random() * 2 ** 32), Math.floor(Math.random() * 2 ** 32)];
  if (!Number.isSafeInteger(seed)) {
    const text = explain("seed", "expected an integer", seed, "Any integer between -(2^53 - 1) and 2^53 - 1 will do.");
    throw typeof seed === "number" ? new RangeError(text) : new TypeError(text);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/** A key that is independent of its parent's: the seed of part number `index` of something that has a seed. */
export function deriveSeed(seed: Seed, index: number): Seed {
  const words = new Uint32Array(4);
  philox(words, 0, index, Math.floor(index / 2 ** 32), 0x7365, 0x6564, seed[0], seed[1]);
  return [words[0] as number, words[1] as number];
}

/**
 * A sequence of random numbers: the words of counters (0, stream, step, purpose), (1, ...), ...
 *
 * @example
 * const random = new RandomStream(seedFrom(42), purposes.weights, 3);
 * random.uniform(-0.1, 0.1);
 */
export class RandomStream {
  private readonly words = new Uint32Array(256);
  private position = 256;
  private block = 0;
  private spare: number | undefined;

  constructor(
    private readonly seed: Seed,
    private readonly purpose: number = purposes.general,
    private readonly stream = 0,
    private readonly step = 0,
  ) {}

  /** An unsigned 32-bit number. */
  next(): number {
    if (this.position === this.words.length) this.refill();
    return this.words[this.position++] as number;
  }

  /** Uniform in [minimum, maximum). */
  uniform(minimum = 0, maximum = 1): number {
    return minimum + (maximum - minimum) * toUniform(this.next());
  }

  /** Fills `values` with what as many calls of `uniform` give: half the time, above all before the engine has optimized anything. */
  fillUniform(values: Float32Array, minimum: number, maximum: number): void {
    const { words } = this;
    const range = maximum - minimum;
    for (let at = 0; at < values.length; ) {
      if (this.position === words.length) this.refill();
      const count = Math.min(words.length - this.position, values.length - at);
      for (let i = 0; i < count; i++) values[at + i] = minimum + range * toUniform(words[this.position + i] as number);
      at += count;
      this.position += count;
    }
  }

  /** An integer of [0, limit), limit at most 2^32; the bias is under limit / 2^32. */
  integer(limit: number): number {
    return Math.floor(this.next() * 2 ** -32 * limit);
  }

  /** Normal, by Box and Muller's transform: two numbers from two words. */
  normal(mean = 0, standardDeviation = 1): number {
    let value = this.spare;
    if (value === undefined) {
      const radius = Math.sqrt(-2 * Math.log((this.next() + 0.5) * 2 ** -32));
      const angle = 2 * Math.PI * 2 ** -32 * this.next();
      value = radius * Math.cos(angle);
      this.spare = radius * Math.sin(angle);
    } else {
      this.spare = undefined;
    }
    return mean + standardDeviation * value;
  }

  /** Normal, redrawn until it lies within two standard deviations, as Keras' TruncatedNormal. */
  truncatedNormal(mean = 0, standardDeviation = 1): number {
    let value = this.normal();
    while (Math.abs(value) > 2) value = this.normal();
    return mean + standardDeviation * value;
  }

  /** Reorders the first `length` elements (all by default) in place: Fisher and Yates' shuffle. */
  shuffle<T>(list: { [index: number]: T; readonly length: number }, length = list.length): void {
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = list[i] as T;
      list[i] = list[j] as T;
      list[j] = held;
    }
  }

  /** The numbers 0 ... length - 1 in random order. */
  permutation(length: number): Int32Array {
    const order = new Int32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    this.shuffle(order);
    return order;
  }

  private refill(): void {
    const { words, seed } = this;
    for (let at = 0; at < words.length; at += 4) {
      philox(words, at, this.block++, this.stream, this.step, this.purpose, seed[0], seed[1]);
    }
    this.position = 0;
  }
}

/** The order of the rows in epoch `epoch` of a training run: the same on every backend. */
export function shuffledRows(rows: number, seed: Seed, epoch: number): Int32Array {
  return new RandomStream(seed, purposes.shuffle, 0, epoch).permutation(rows);
}
