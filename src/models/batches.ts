// The order of rows: identity for evaluation, a seeded shuffle for each epoch of training.

import { philox, purposes, type Seed } from "../random/philox.js";

const words = new Uint32Array(4);

/** Writes the numbers first ... first + count - 1. */
export function fillInOrder(order: Int32Array, offset: number, first: number, count: number): void {
  for (let i = 0; i < count; i++) order[offset + i] = first + i;
}

/**
 * Writes a permutation of 0 ... rows - 1, the same as `shuffledRows(rows, seed, epoch)`, but without an allocation and with
 * no more random numbers than it needs: networks of a few rows do hundreds of thousands of epochs a second.
 */
export function fillShuffled(order: Int32Array, offset: number, rows: number, seed: Seed, epoch: number): void {
  for (let i = 0; i < rows; i++) order[offset + i] = i;
  let drawn = 0;
  for (let i = rows - 1; i > 0; i--) {
    if ((drawn & 3) === 0) philox(words, 0, drawn >>> 2, 0, epoch, purposes.shuffle, seed[0], seed[1]);
    const j = Math.floor((words[drawn & 3] as number) * 2 ** -32 * (i + 1));
    drawn++;
    const held = order[offset + i] as number;
    order[offset + i] = order[offset + j] as number;
    order[offset + j] = held;
  }
}
