// What a library in this comparison does: build one network, train it over rows of data, predict. An adapter is a file of its own that
// gives a list of rivals; a rival refuses a network that it cannot do by returning null.

/** A fully connected network, ReLU inside (tanh for XOR), and its data. */
export interface Problem {
  readonly name: string;
  /** Inputs, hidden units, outputs: [784, 128, 10]. */
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly rows: number;
  /** Row-major [rows, inputs]. */
  readonly x: Float32Array;
  /** A class number for each row; for a single output 0 or 1. */
  readonly labels: Int32Array;
  /** Where training begins; kernels are row-major [inputs, units]. */
  readonly weights: readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[];
}

/** A network of a rival, in training. */
export interface Candidate {
  /** Goes over the rows of the problem so many times, in their order. */
  train(passes: number): Promise<void> | void;
  /** The mean loss over the rows. */
  loss(): Promise<number> | number;
  /** Microseconds of predicting so many rows, from an array to an array: the median of many calls. */
  latency?(rows: number): Promise<number> | number;
  dispose?(): Promise<void> | void;
}

export interface Rival {
  /** With the number of threads, e.g. "PyTorch 2.1 x2". */
  readonly label: string;
  readonly threads: number;
  /** Multiplications and additions a second that it reaches at least, in GFLOP/s: what is too slow gets fewer rows. */
  readonly gigaflops: number;
  /** Other optimizer, or one row at a time: what is not the same work, in a few words; empty when it is. */
  readonly remark: string;
  /** Begins with the given weights and does the same steps as we do: its loss must be ours. Others must only learn. */
  readonly agrees: boolean;
  create(problem: Problem): Promise<Candidate | null> | Candidate | null;
  stop?(): void;
}

/** The median of the times of `call` in microseconds, for `milliseconds` or 20 calls, whichever is longer. */
export async function medianMicroseconds(call: () => unknown, milliseconds = 200): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (times.length < 20 || (performance.now() < end && times.length < 100_000)) {
    const began = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    times.push((performance.now() - began) * 1000);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] as number;
}

/** So many rows of the problem, from the beginning again when it has fewer. */
export function rowsOf({ sizes, x }: Problem, count: number): Float32Array {
  const length = count * (sizes[0] ?? 1);
  return Float32Array.from({ length }, (_, i) => x[i % x.length] as number);
}

/** One-hot targets, or the label itself for a single output. */
export function targetsOf({ sizes, rows, labels }: Problem): Float32Array {
  const outputs = sizes.at(-1) ?? 1;
  if (outputs === 1) return Float32Array.from(labels);
  const targets = new Float32Array(rows * outputs);
  for (const [row, label] of labels.entries()) targets[row * outputs + label] = 1;
  return targets;
}
