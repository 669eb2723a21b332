// Holds what users build with `ops.*`, values and gradients, on every backend and instruction set to the oracle of
// test/fixtures/make_ops.py.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/backends/backend.js";
import { compileGraph } from "../src/graph/compile.js";
import { constantNode, inputNode, type SymbolicTensor } from "../src/graph/node.js";
import * as ops from "../src/ops/index.js";
import { binaryNames, reductionNames } from "../src/program/ops.gen.js";
import { testBackends } from "./backends.js";
import { expectClose, pattern, readFixture, type Tolerance } from "./fixtures/fixture.js";
import { Execution } from "./graph/execute.js";

interface OpCase {
  readonly name: string;
  /** The operation of the table. */
  readonly group: string;
  readonly options: Readonly<Record<string, number | boolean | null>>;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly scale: number; readonly offset: number }[];
  readonly y: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

type Operands = [SymbolicTensor, SymbolicTensor, SymbolicTensor];
type Builder = (x: Operands, options: OpCase["options"]) => SymbolicTensor;

const tolerance: Tolerance = { relative: 1e-6, absolute: 5e-7 };

const compare =
  (f: (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor): Builder =>
  ([x, y]) =>
    f(ops.round(x), ops.round(y));
const binary =
  (f: (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor): Builder =>
  ([x, y]) =>
    f(x, y);
const along =
  (f: typeof ops.sum): Builder =>
  ([x], { axis }) =>
    f(x, axis as number | null);

const builders: Readonly<Record<string, Builder>> = {
  add: binary(ops.add),
  subtract: binary(ops.subtract),
  multiply: binary(ops.multiply),
  divide: binary(ops.divide),
  power: binary(ops.power),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  equal: compare(ops.equal),
  notEqual: compare(ops.notEqual),
  less: compare(ops.less),
  lessEqual: compare(ops.lessEqual),
  greater: compare(ops.greater),
  greaterEqual: compare(ops.greaterEqual),
  sum: along(ops.sum),
  mean: along(ops.mean),
  max: along(ops.max),
  min: along(ops.min),
  sumSquares: along(ops.sumSquares),
  argmax: along(ops.argmax),
  matmul: ([a, b], { transposeA, transposeB }) =>
    ops.matmul(a, b, { transposeA: transposeA === true, transposeB: transposeB === true }),
  transpose: ([x]) => ops.transpose(x),
  reshape: ([x]) => ops.reshape(ops.square(x), [x.shape[1] as number, x.shape[0] as number]),
  broadcastTo: ([x]) => ops.broadcastTo(x, [6, 9]),
  where: ([condition, x, y]) => ops.where(ops.greater(condition, 0), x, y),
  slice: ([x]) => ops.mul(ops.slice(x, 3, 6), ops.slice(x, 4, 6)),
  concatenate: ([x, y]) => ops.concatenate([x, y, ops.mul(x, ops.slice(y, 0, 1))]),
  take: ([x]) => ops.square(ops.take(x, [4, 0, 4, 2, 4])),
  softmax: ([x]) => ops.softmax(x),
  logSoftmax: ([x]) => ops.logSoftmax(x),
};

const { cases } = readFixture<{ cases: readonly OpCase[] }>("ops.json");

/** Value and gradients of one case: the gradients of the sum of y, weighed with the pattern of seed 99. */
function execute(backend: Backend, { name, options, inputs, y }: OpCase) {
  const nodes = inputs.map(({ shape }, i) => inputNode(`x${i}`, shape));
  const output = (builders[name] as Builder)(nodes as Operands, options);
  const weights = constantNode(pattern(y.length, 99), output.shape as readonly number[]);
  const fn = {
    name: "f",
    inputs: nodes,
    outputs: [output],
    loss: ops.sum(ops.mul(output, weights)),
    gradientOutputs: nodes,
  };
  const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 1 }), backend);
  for (const [i, { shape, scale, offset }] of inputs.entries()) {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = pattern(count, i + 1).map((value) => value * scale + offset);
    execution.input("f", nodes[i] as SymbolicTensor, values);
  }
  execution.run("f");
  const results = { y: execution.output("f", output), gradients: nodes.map((node) => execution.gradient(node)) };
  execution.dispose();
  return results;
}

describe.each(testBackends)("operations on $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each([...new Set(cases.map(({ name }) => name))])("%s", (name) => {
    for (const [number, one] of cases.filter((candidate) => candidate.name === name).entries()) {
      const { y, gradients } = execute(backend, one);
      expectClose(y, one.y, tolerance, `case ${number}`);
      for (const [i, gradient] of gradients.entries()) {
        expectClose(gradient, one.gradients[i] as readonly number[], tolerance, `case ${number}, gradient ${i}`);
      }
    }
  });
});

describe("the fixture", () => {
  it("has every function of two operands, every reduction, and nothing that is not built here", () => {
    const names = new Set(cases.map(({ name }) => name));
    const aliases: Readonly<Record<string, string>> = { maximum: "max", minimum: "min" };
    expect(binaryNames.filter((name) => !names.has(name))).toEqual([]);
    expect(reductionNames.filter((name) => !names.has(aliases[name] ?? name))).toEqual([]);
    expect([...names].sort()).toEqual(Object.keys(builders).sort());
  });
});
