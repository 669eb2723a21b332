// GFLOP/s of the three products of training, over the shapes of multilayer perceptrons, against OpenBLAS in the same run.
// NN is the forward product x w, NT the gradient of the input dy w^T, TN the gradient of the weights x^T dy.

import type { Executable } from "../src/backends/backend.js";
import { ops } from "../src/program/ops.gen.js";
import type { BackendSetting } from "./contestants.js";
import type { OpenBlas, Product } from "./openblas.js";
import { digits, printTable } from "./report.js";
import { type Contestant, type Effort, measureInTurns, median, type Samples, spread } from "./timing.js";

export type Mode = "NN" | "NT" | "TN";

export interface GemmResult {
  readonly batch: number;
  readonly weights: readonly [inputs: number, units: number];
  readonly mode: Mode;
  readonly flops: number;
  readonly samples: readonly Samples[];
}

const batches = [1, 32, 128, 256, 1024];
const weights: readonly (readonly [number, number])[] = [
  [784, 128],
  [784, 512],
  [1024, 1024],
  [2048, 2048],
];
const modes: readonly Mode[] = ["NN", "NT", "TN"];
/** Copies of the instruction in one program, so that small products are not measured together with the call from JavaScript. */
const copies = 64;
/** The most work that the slow ones are given. */
const most: Readonly<Record<string, number>> = { javascript: 3e7, scalar: 3e8 };
const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;

export async function benchGemm(
  settings: readonly BackendSetting[],
  blas: readonly OpenBlas[],
  effort: Effort,
  only: RegExp,
): Promise<GemmResult[]> {
  const results: GemmResult[] = [];
  for (const batch of batches) {
    for (const [inputs, units] of weights) {
      for (const mode of modes) {
        if (!only.test(`${batch} x ${inputs}x${units} ${mode}`)) continue;
        const product = productOf(mode, batch, inputs, units);
        const flops = 2 * batch * inputs * units;
        const able = settings.filter(({ isa }) => flops <= (most[isa] ?? Number.POSITIVE_INFINITY));
        const contestants = able.map((setting) => ours(setting, product));
        const threads = [
          ...new Set(settings.filter(({ name }) => name === "native").map((setting) => setting.threads)),
        ];
        const theirs = blas.flatMap((library) => threads.map((count) => openBlas(library, product, count)));
        const samples = await measureInTurns([...contestants, ...theirs], effort);
        for (const { release } of contestants) release();
        results.push({ batch, weights: [inputs, units], mode, flops, samples });
        process.stderr.write(`\rgemm ${batch} x ${inputs}x${units} ${mode}`.padEnd(40));
      }
    }
  }
  process.stderr.write(`${"\r".padEnd(41)}\r`);
  return results;
}

function productOf(mode: Mode, batch: number, inputs: number, units: number): Product {
  if (mode === "NN") return { transposeA: false, transposeB: false, m: batch, n: units, k: inputs };
  if (mode === "NT") return { transposeA: false, transposeB: true, m: batch, n: inputs, k: units };
  return { transposeA: true, transposeB: false, m: inputs, n: units, k: batch };
}

/** One of our backends; the result is checked before anything is timed. */
function ours(setting: BackendSetting, product: Product): Contestant & { release(): void } {
  const { m, n, k } = product;
  setting.activate();
  const executable = setting.backend.createProgram(productWords(product));
  executable.write(0, pattern(m * k, 1));
  executable.write(m * k, pattern(k * n, 2));
  check(setting.label, executable, product);
  return {
    label: setting.label,
    release: () => executable.dispose(),
    measure: (repetitions) => {
      setting.activate();
      executable.run(0, 1, 1, state);
      const began = performance.now();
      for (let left = repetitions; left > 0; left -= copies) executable.run(0, Math.min(copies, left), 1, state);
      return (performance.now() - began) / 1000;
    },
  };
}

function openBlas(blas: OpenBlas, product: Product, threads: number): Contestant {
  return {
    label: blas.label(threads),
    measure: async (repetitions) => {
      const { seconds, projection } = await blas.time(product, threads, repetitions);
      if (!Number.isFinite(projection)) throw new Error("OpenBLAS stopped answering");
      return seconds;
    },
  };
}

/** The words of a program with `copies` times c = op(a) op(b); a, b and c lie one behind the other. */
function productWords({ transposeA, transposeB, m, n, k }: Product): Int32Array {
  const a = transposeA ? [0, k, m, 0] : [0, m, k, 0];
  const b = transposeB ? [m * k, n, k, 0] : [m * k, k, n, 0];
  const c = [m * k + k * n, m, n, 0];
  const instruction = [ops.matmul.opcode, 2, 0, 1, Number(transposeA), Number(transposeB)];
  const code = Array.from({ length: copies }, () => instruction).flat();
  const header = [0x31504646, 1, m * k + k * n + m * n, 1, 3, copies, code.length];
  return Int32Array.from([...header, ...a, ...b, ...c, ...code]);
}

/** The test that needs no second product: C t = A (B t) for a vector t, in double precision. */
function check(label: string, executable: Executable, { transposeA, transposeB, m, n, k }: Product): void {
  executable.run(0, 1, 1, state);
  const [a, b, c] = [executable.read(0, m * k), executable.read(m * k, k * n), executable.read(m * k + k * n, m * n)];
  const t = pattern(n, 3);
  const bt = new Float64Array(k);
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++)
      bt[p] = (bt[p] as number) + (b[transposeB ? j * k + p : p * n + j] as number) * (t[j] as number);
  }
  for (let i = 0; i < m; i++) {
    let [expected, actual, scale] = [0, 0, 0];
    for (let p = 0; p < k; p++) {
      const term = (a[transposeA ? p * m + i : i * k + p] as number) * (bt[p] as number);
      expected += term;
      scale += Math.abs(term);
    }
    for (let j = 0; j < n; j++) actual += (c[i * n + j] as number) * (t[j] as number);
    if (!(Math.abs(actual - expected) <= 1e-5 * scale + 1e-5)) {
      throw new Error(`${label}: row ${i} of ${m} x ${n} x ${k} is wrong: C t is ${actual}, A (B t) is ${expected}`);
    }
  }
}

function pattern(count: number, seed: number): Float32Array {
  let value = seed;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    values[i] = (value >>> 8) / 2 ** 23 - 1;
  }
  return values;
}

export function gflops({ flops }: GemmResult, samples: Samples | undefined): number {
  return samples === undefined ? Number.NaN : flops / median(samples.seconds) / 1e9;
}

export function printGemm(results: readonly GemmResult[]): void {
  const labels = [...new Set(results.flatMap(({ samples }) => samples.map(({ label }) => label)))];
  const rows = results.map((result) => [
    `${result.batch} x ${result.weights.join("x")} ${result.mode}`,
    ...labels.map((label) =>
      digits(
        gflops(
          result,
          result.samples.find((samples) => samples.label === label),
        ),
      ),
    ),
    `${(100 * median(result.samples.map(({ seconds }) => spread(seconds)))).toFixed(0)} %`,
  ]);
  printTable("Matrix products, GFLOP/s (batch x weights)", ["shape", ...labels, "spread"], rows);
}
