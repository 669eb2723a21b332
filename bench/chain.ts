// Ten elementwise operations of a user, which the core executes tile by tile, against one loop that was written by hand and compiled for
// this machine (native/bench/fused_chain.cc). Both with one thread.

import { compileGraph } from "../src/graph/compile.js";
import { inputNode } from "../src/graph/node.js";
import * as ops from "../src/ops/index.js";
import type { BackendSetting } from "./contestants.js";
import { compileHarness, LineProcess } from "./harness.js";
import { digits, printTable } from "./report.js";
import { type Contestant, type Effort, measureInTurns, median, type Samples } from "./timing.js";

export interface ChainResult {
  readonly rows: number;
  readonly columns: number;
  readonly samples: readonly Samples[];
}

export const byHand = "by hand";

/** In the second-level cache, in the third, in memory. */
const shapes: readonly (readonly [number, number])[] = [
  [128, 512],
  [1024, 1024],
  [4096, 8192],
];
const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;

export async function benchChain(settings: readonly BackendSetting[], effort: Effort): Promise<ChainResult[]> {
  const flags = ["-O3", "-march=native", "-fno-math-errno"];
  const child = new LineProcess(compileHarness("fused_chain", flags));
  const results: ChainResult[] = [];
  for (const [rows, columns] of shapes) {
    const elements = rows * columns;
    const sum = Number((await child.ask(`${elements} 1`)).split(" ")[1]);
    const ours = settings.map((setting) => contestant(setting, rows, columns, sum));
    const theirs: Contestant = {
      label: byHand,
      measure: async (repetitions) => Number((await child.ask(`${elements} ${repetitions}`)).split(" ")[0]),
    };
    results.push({ rows, columns, samples: await measureInTurns([...ours, theirs], effort) });
    for (const { release } of ours) release();
  }
  child.stop();
  return results;
}

function contestant(setting: BackendSetting, rows: number, columns: number, sum: number) {
  setting.activate();
  const x = inputNode("x", [null, columns]);
  const a = ops.abs(ops.add(ops.multiply(x, 1.5), 0.25));
  const b = ops.sqrt(ops.add(ops.square(a), 1));
  const y = ops.multiply(ops.maximum(ops.multiply(ops.subtract(b, x), 0.5), x), 0.75);
  const program = compileGraph({
    functions: [{ name: "f", inputs: [x], outputs: [y] }],
    variables: [],
    batchRows: rows,
  });
  const executable = setting.backend.createProgram(program.words);
  for (const { offset, values } of program.constants) executable.write(offset, values);
  const values = new Float32Array(rows * columns);
  let number = 1;
  for (let i = 0; i < values.length; i++) {
    number = (Math.imul(number, 1664525) + 1013904223) >>> 0;
    values[i] = (number >>> 8) / 2 ** 23 - 1;
  }
  executable.write(program.tensor("f", x).offset, values);
  const range = program.functions.f ?? { first: 0, last: 0 };
  executable.run(range.first, range.last, rows, state);
  const result = executable.read(program.tensor("f", y).offset, values.length);
  const total = result.reduce((before, value) => before + value, 0);
  if (!(Math.abs(total - sum) <= 1e-6 * values.length)) {
    throw new Error(`${setting.label}: the chain adds up to ${total}, by hand to ${sum}`);
  }
  return {
    label: setting.label,
    release: () => executable.dispose(),
    measure: (repetitions: number) => {
      setting.activate();
      const began = performance.now();
      for (let i = 0; i < repetitions; i++) executable.run(range.first, range.last, rows, state);
      return (performance.now() - began) / 1000;
    },
  };
}

/** Our speed by that of the loop by hand. */
export function chainRatio({ samples }: ChainResult, label: string): number {
  const time = (name: string) => median(samples.find((one) => one.label === name)?.seconds ?? []);
  return time(byHand) / time(label);
}

export function printChain(results: readonly ChainResult[]): void {
  const rows = results.flatMap((result) =>
    result.samples.map(({ label, seconds }) => [
      `${result.rows} x ${result.columns}`,
      label,
      digits((result.rows * result.columns) / median(seconds) / 1e9),
      digits(chainRatio(result, label)),
    ]),
  );
  printTable("A chain of ten elementwise operations", ["shape", "by", "elements/ns", "by hand = 1"], rows, 2);
}
