// GFLOP/s of the three products of training, over the shapes of multilayer perceptrons, against the libraries of the
// machine in the same run.
// NN is the forward product x w, NT the gradient of the input dy w^T, TN the gradient of the weights x^T dy.

import type { Executable } from "../src/backends/backend.js";
import { encodeProgram } from "../src/program/encode.js";
import type { BackendSetting } from "./contestants.js";
import type { GemmLibrary, Product } from "./gemm-libraries.js";
import { digits, percent, printTable } from "./report.js";
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
  [4096, 4096],
];
const modes: readonly Mode[] = ["NN", "NT", "TN"];
/** Copies of the instruction in one program, so that small products are not measured together with the call from JavaScript. */
const copies = 64;
/** The most work that the slow ones are given. */
const most: Readonly<Record<string, number>> = { javascript: 3e7, scalar: 3e8 };
const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;

export async function benchGemm(
  settings: readonly BackendSetting[],
  libraries: readonly GemmLibrary[],
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
        const theirs = libraries.flatMap((library) => threads.map((count) => ofLibrary(library, product, count)));
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

function ofLibrary(library: GemmLibrary, product: Product, threads: number): Contestant {
  return {
    label: library.label(threads),
    measure: (repetitions) => library.time(product, threads, repetitions),
  };
}

/** The words of a program with `copies` times c = op(a) op(b); a, b and c lie one behind the other. */
function productWords({ transposeA, transposeB, m, n, k }: Product): Int32Array {
  const [aRows, aColumns] = transposeA ? [k, m] : [m, k];
  const [bRows, bColumns] = transposeB ? [n, k] : [k, n];
  const parameters = { transposeA: Number(transposeA), transposeB: Number(transposeB) };
  return encodeProgram({
    arenaLength: m * k + k * n + m * n,
    batchRows: 1,
    tensors: [
      { offset: 0, rows: aRows, columns: aColumns, batch: false },
      { offset: m * k, rows: bRows, columns: bColumns, batch: false },
      { offset: m * k + k * n, rows: m, columns: n, batch: false },
    ],
    instructions: Array.from({ length: copies }, () => ({ op: "matmul", operands: [2, 0, 1], parameters })),
  });
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

/** Our speed with `label` divided by that of the fastest library with as many threads; not a number without both. */
export function againstBest(result: GemmResult, label: string): number {
  const threads = /x\d+$/.exec(label)?.[0] ?? "";
  const theirs = result.samples.filter((samples) => !samples.label.includes("/") && samples.label.endsWith(threads));
  const ours = result.samples.find((samples) => samples.label === label);
  return theirs.length === 0
    ? Number.NaN
    : gflops(result, ours) / Math.max(...theirs.map((one) => gflops(result, one)));
}

/** One table for a single row, which is bound by memory, and one for batches. */
export function printGemm(results: readonly GemmResult[], compared: readonly string[]): void {
  const single = results.filter(({ batch }) => batch === 1);
  printPart("Products of one row, GFLOP/s (twice that is GB/s of weights)", single, compared);
  const batches = results.filter(({ batch }) => batch > 1);
  printPart("Matrix products, GFLOP/s (batch x weights)", batches, compared);
}

function printPart(title: string, results: readonly GemmResult[], compared: readonly string[]): void {
  if (results.length === 0) return;
  const labels = [...new Set(results.flatMap(({ samples }) => samples.map(({ label }) => label)))];
  const speed = (result: GemmResult, label: string) =>
    digits(
      gflops(
        result,
        result.samples.find((samples) => samples.label === label),
      ),
    );
  const rows = results.map((result) => [
    `${result.batch} x ${result.weights.join("x")} ${result.mode}`,
    ...labels.map((label) => speed(result, label)),
    ...compared.map((label) => digits(againstBest(result, label))),
    percent(median(result.samples.map(({ seconds }) => spread(seconds)))),
  ]);
  const ratios = compared.map((label) => `x${label.split("x").at(-1)} / best`);
  printTable(title, ["shape", ...labels, ...ratios, "spread"], rows);
}
