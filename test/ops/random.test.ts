// Random numbers of ops: the same on every backend, other ones for other streams, their distribution, and what is refused.

import { describe, expect, test } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode, type SymbolicTensor } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";
import { Execution } from "../graph/execute.js";
import { buildProgram } from "../program-words.js";

interface Draw {
  readonly seed: readonly [number, number];
  readonly step: number;
  readonly stream: number;
  readonly uniform: readonly number[];
  readonly normal: readonly number[];
}

const { draws } = readFixture<{ draws: readonly Draw[] }>("random.json");
const size = 40_000;

function draw(outputs: readonly SymbolicTensor[], backend: Backend = createReferenceBackend()): number[][] {
  const program = compileGraph({ functions: [{ name: "f", outputs }], variables: [], batchRows: 1 });
  const execution = new Execution(program, backend);
  execution.run("f");
  const values = outputs.map((output) => execution.output("f", output));
  execution.dispose();
  return values;
}

function moments(values: readonly number[]) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

const uniform = ops.randomUniform([200, 200], { minval: -1, maxval: 3 });
const normal = ops.randomNormal([200, 200], { mean: 2, stddev: 0.5, stream: 1 });
const [expectedUniform, expectedNormal] = draw([uniform, normal]) as [number[], number[]];

test("uniform numbers fill their range evenly", () => {
  const { mean, variance } = moments(expectedUniform);
  expect(Math.min(...expectedUniform)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...expectedUniform)).toBeLessThan(3);
  // Five standard deviations of the estimates.
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(4 / 3 / size));
  expect(Math.abs(variance - 4 / 3)).toBeLessThan(5 * (4 / 3) * Math.sqrt(0.8 / size));
});

test("normal numbers have their mean and standard deviation", () => {
  const { mean, variance } = moments(expectedNormal);
  expect(Math.abs(mean - 2)).toBeLessThan(5 * 0.5 * Math.sqrt(1 / size));
  expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / size));
});

test("streams are independent, and one stream is one sequence", () => {
  const shape = [20, 20];
  const options = [{}, { stream: 0 }, { stream: 1 }];
  const [a, b, c] = draw(options.map((option) => ops.randomNormal(shape, option)));
  expect(a).toEqual(b);
  const product = (a as number[]).reduce((sum, x, i) => sum + x * (c?.[i] as number), 0) / 400;
  expect(Math.abs(product)).toBeLessThan(5 / 20);
});

describe.each(testBackends)("$label", ({ create }) => {
  test.each(draws)("agrees with the generator and SciPy's quantiles: $seed, step $step, stream $stream", (oracle) => {
    const { seed, step, stream } = oracle;
    const count = oracle.uniform.length;
    const { words } = buildProgram({
      tensors: [0, 1].map(() => ({ rows: 1, columns: count })),
      instructions: [0, 1].map((normal) => ({ op: "random", operands: { y: normal }, parameters: { normal, stream } })),
    });
    const program = create().createProgram(words);
    program.run(0, 2, 1, { learningRate: 0, step, seed });
    expect([...program.read(0, count)]).toEqual(oracle.uniform);
    expectClose(program.read(count, count), oracle.normal, { relative: 5e-7, absolute: 0 });
    program.dispose();
  });

  test("draws the same numbers", () => {
    const [u, z] = draw([uniform, normal], create()) as [number[], number[]];
    expect(u).toEqual(expectedUniform);
    z.forEach((value, i) => {
      expect(Math.abs(value - (expectedNormal[i] as number))).toBeLessThan(1e-6);
    });
  });
});

test("takes the shape of a tensor", () => {
  expect(ops.randomUniform(inputNode("x", [null, 3])).shape).toEqual([null, 3]);
});

describe("refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a reversed range",
      () => ops.randomUniform([2], { minval: 1, maxval: 0 }),
      "ops.randomUniform: minval must not exceed maxval, received 1 and 0.",
    ],
    [
      "a negative deviation",
      () => ops.randomNormal([2], { stddev: -1 }),
      "ops.randomNormal: stddev must be a finite number of at least 0, received -1.",
    ],
    [
      "no shape",
      () => ops.randomNormal(3 as never),
      "ops.randomNormal: expected a shape or a symbolic tensor, received 3.",
    ],
    [
      "a broken shape",
      () => ops.randomNormal([0]),
      "ops.randomNormal: a shape must have positive integers, or null for the batch in the first place, received [0].",
    ],
    [
      "a broken stream",
      () => ops.randomUniform([2], { stream: 0.5 }),
      "ops.randomUniform: stream must be an integer of at least 0, received 0.5.",
    ],
    [
      "a stream that wraps",
      () => ops.randomUniform([2], { stream: 2 ** 32 }),
      "ops.randomUniform: stream must be an integer of at most 4294967295, received 4294967296.",
    ],
    [
      "such a stream of dropout",
      () => ops.dropout(inputNode("x", [null, 3]), 0.5, 2 ** 32),
      "ops.dropout: stream must be an integer of at most 4294967295, received 4294967296.",
    ],
    [
      "an unknown option",
      () => ops.randomUniform([2], { min: 0 } as never),
      'ops.randomUniform: expected a known option, received "min".',
    ],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
