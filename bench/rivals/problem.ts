// The data and the first weights that all rivals are given.

import { type Network, trainingFlops } from "../networks.js";
import type { Problem } from "./rival.js";

/** Data that can be learnt: the class of a row is the place of the largest of its products with fixed vectors. */
export function problemFor(network: Network, gigaflops: number): Problem {
  const { name, sizes, batch } = network;
  const inputs = sizes[0] ?? 1;
  const classes = sizes.at(-1) ?? 1;
  const weights = firstWeights(sizes);
  if (inputs === 2) {
    const [x, labels] = [Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), Int32Array.of(0, 1, 1, 0)];
    return { name, sizes, batch, rows: 4, x, labels, weights };
  }
  const rows = affordableRows(network, gigaflops);
  const pattern = (i: number, j: number) => Math.sin(12.9898 * i + 78.233 * j + 0.37 * ((i * j) % 101));
  const x = Float32Array.from(
    { length: rows * inputs },
    (_, i) => 0.5 + 0.5 * pattern(Math.floor(i / inputs), i % inputs),
  );
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    const scores = Array.from({ length: classes }, (_, c) => {
      let score = 0;
      for (let j = 0; j < inputs; j++) score += (x[r * inputs + j] as number) * pattern(1000 + c, j);
      return score;
    });
    return scores.indexOf(Math.max(...scores));
  });
  return { name, sizes, batch, rows, x, labels, weights };
}

/** Whole batches that need about 0.4 seconds a pass; one at least. */
export function affordableRows({ sizes, batch, rows }: Network, gigaflops: number): number {
  const affordable = (0.4 * gigaflops * 1e9) / trainingFlops(sizes);
  return batch * Math.max(1, Math.min(Math.floor(rows / batch), Math.floor(affordable / batch)));
}

/** Glorot's uniform distribution, from a generator of its own: what matters is that all begin with the same. */
function firstWeights(sizes: readonly number[]): { kernel: Float32Array; bias: Float32Array }[] {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  };
  return sizes.slice(1).map((units, i) => {
    const inputs = sizes[i] ?? 1;
    const limit = Math.sqrt(6 / (inputs + units));
    return {
      kernel: Float32Array.from({ length: inputs * units }, () => random() * limit),
      bias: new Float32Array(units),
    };
  });
}
