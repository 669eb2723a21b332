// Dropout masks and random numbers from the counter-based generator: the same words as the core's for every (seed, step,
// stream, index), and normal numbers as exact as a double allows.

import { philox, purposes, toUniform } from "../../random/philox.js";
import type { StepState } from "../backend.js";
import { erf } from "./erf.js";
import { at, elementCount, type Matrix } from "./matrix.js";

/** Sets each element from its number and its random word. */
function fillByWord(
  y: Matrix,
  purpose: number,
  stream: number,
  { step, seed }: StepState,
  value: (i: number, word: number) => number,
): void {
  const words = new Uint32Array(4);
  for (let i = 0; i < elementCount(y); i++) {
    if (i % 4 === 0) philox(words, 0, i / 4, stream, step, purpose, seed[0], seed[1]);
    y.data[i] = value(i, words[i % 4] as number);
  }
}

/** y = u >= rate ? x / (1 - rate) : 0 */
export function dropout(y: Matrix, x: Matrix, rate: number, stream: number, state: StepState): void {
  const scale = 1 / (1 - rate);
  fillByWord(y, purposes.dropout, stream, state, (i, word) => (toUniform(word) >= rate ? at(x, i) * scale : 0));
}

/** Uniform numbers in [0, 1), or standard normal ones. */
export function random(y: Matrix, normal: boolean, stream: number, state: StepState): void {
  fillByWord(y, purposes.random, stream, state, (_, word) => (normal ? toNormal(word) : toUniform(word)));
}

/**
 * The number with the sign of the word's first bit, and beyond which the standard normal distribution has the probability
 * (k + 1/2) / 2^24, k being the next 23 bits.
 */
function toNormal(word: number): number {
  const z = upperQuantile((((word >>> 8) & 0x7fffff) + 0.5) * 2 ** -24);
  return word >= 2 ** 31 ? -z : z;
}

/**
 * The z > 0 beyond which the distribution has the probability q < 1/2, by Newton's method from 0: the tail is convex there,
 * so that every step stays below the solution and comes nearer.
 */
function upperQuantile(q: number): number {
  let z = 0;
  for (let i = 0; i < 60; i++) {
    const tail = (1 - erf(z * Math.SQRT1_2)) / 2;
    const step = ((tail - q) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += step;
    if (step <= 1e-12 * z) break;
  }
  return z;
}
