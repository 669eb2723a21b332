// Dropout with masks from the counter-based generator: the same words as the core's for every (seed, step, stream, index).

import { philox, purposes, toUniform } from "../../random/philox.js";
import type { StepState } from "../backend.js";
import { at, elementCount, type Matrix } from "./matrix.js";

/** y = u >= rate ? x / (1 - rate) : 0 */
export function dropout(y: Matrix, x: Matrix, rate: number, stream: number, state: StepState): void {
  const words = new Uint32Array(4);
  const scale = 1 / (1 - rate);
  for (let i = 0; i < elementCount(y); i++) {
    if (i % 4 === 0) philox(words, 0, i / 4, stream, state.step, purposes.dropout, state.seed[0], state.seed[1]);
    y.data[i] = toUniform(words[i % 4] as number) >= rate ? at(x, i) * scale : 0;
  }
}
