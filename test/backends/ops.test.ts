// Every operation, function, loss and optimizer of the table on every backend, against the reference backend in float64.
import { beforeAll, describe, expect, it } from "vitest";
import type { Backend, Executable, StepState } from "../../src/backends/backend.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { opNames, unaryNames } from "../../src/program/ops.gen.js";
import { purposes, RandomStream, seedFrom } from "../../src/random/philox.js";
import { testBackends } from "../backends.js";
import { buildProgram, type TensorSpec } from "../program-words.js";
import { domains, type OpCase, opCases } from "./op-cases.js";

const seed = 6;
const state: StepState = { learningRate: 0.05, step: 3, seed: [123456789, 987654321] };
const oracle = createReferenceBackend({ dtype: "float64" });

/** The program of one instruction. Batch tensors may hold two rows more than the case has. */
function programOf({ op, parameters = {}, operands }: OpCase) {
  const names = Object.keys(operands);
  const list = Object.values(operands);
  const run = list.find((operand) => operand.batch)?.rows ?? 1;
  const tensors: TensorSpec[] = list.map(({ rows, columns, batch = false }) => ({
    rows: batch ? rows + 2 : rows,
    columns,
    batch,
  }));
  const numbers = Object.fromEntries(names.map((name, i) => [name, i]));
  const program = buildProgram({ batchRows: run + 2, tensors, instructions: [{ op, operands: numbers, parameters }] });
  return { ...program, run };
}

function write(program: Executable, { operands }: OpCase, offsets: readonly number[]): void {
  for (const [i, operand] of Object.values(operands).entries()) {
    if (operand.values !== undefined) program.write(offsets[i] as number, operand.values);
  }
}

/** The outputs of a case, one after another. */
function execute(backend: Backend, test: OpCase): Record<string, Float32Array> {
  const { words, offsets, run } = programOf(test);
  const program = backend.createProgram(words);
  write(program, test, offsets);
  program.run(0, 1, run, state);
  const names = Object.keys(test.operands);
  const results = test.outputs.map((name) => {
    const { rows, columns } = test.operands[name] as { rows: number; columns: number };
    return [name, program.read(offsets[names.indexOf(name)] as number, rows * columns)] as const;
  });
  program.dispose();
  return Object.fromEntries(results);
}

/** The first difference in words, or undefined. NaN equals NaN, and infinities equal themselves. */
function difference(
  actual: Float32Array,
  expected: Float32Array,
  absolute: number,
  relative: number,
): string | undefined {
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    if (Math.abs(a - e) <= absolute + relative * Math.abs(e) && Number.isFinite(e)) continue;
    return `element ${i}: ${a} instead of ${e}`;
  }
  return undefined;
}

function compare(backend: Backend, test: OpCase): string | undefined {
  const actual = execute(backend, test);
  const expected = execute(oracle, test);
  for (const name of test.outputs) {
    const [a, e] = [actual[name] as Float32Array, expected[name] as Float32Array];
    const found = difference(a, e, test.absolute ?? 1e-6, test.relative ?? 1e-5);
    if (found !== undefined) return `${test.op} ${test.title}: ${name} ${found}`;
  }
  return undefined;
}

function allCases(op: (typeof opNames)[number]): OpCase[] {
  return opCases[op](new RandomStream(seedFrom(seed), purposes.general, opNames.indexOf(op)));
}

const special = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-40, -1e-40, 1.2e-38, 1, -1],
  ...[0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 87.5, -87.5, 89, -89, -103, -110, 9e8, -9e8, 3e38, -3e38, 16777217, 1e-10],
];

describe.each(testBackends)("$label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  describe.each(opNames)("%s", (op) => {
    it(`agrees with float64 (seed ${seed})`, () => {
      expect(allCases(op).flatMap((test) => compare(backend, test) ?? [])).toEqual([]);
    });
  });

  it.each(unaryNames)("%s of NaN, infinities, zeros and denormals", (name) => {
    const x = { rows: 1, columns: special.length, values: Float32Array.from(special) };
    const y = { rows: 1, columns: special.length };
    const parameters = { function: name, alpha: domains[name][2] ?? 0 };
    const test: OpCase = { title: name, op: "unary", parameters, operands: { x, y }, outputs: ["y"] };
    expect(compare(backend, test)).toBeUndefined();
  });

  it("lets NaN through matrix products and reductions", () => {
    const x = { rows: 2, columns: 3, values: Float32Array.of(1, Number.NaN, 2, 3, 4, 5) };
    const w = { rows: 3, columns: 2, values: Float32Array.of(0, 1, 0, 1, 0, 1) };
    const product: OpCase = {
      title: "with NaN",
      op: "matmul",
      operands: { c: { rows: 2, columns: 2 }, a: x, b: w },
      outputs: ["c"],
    };
    expect(compare(backend, product)).toBeUndefined();
    for (const name of ["sum", "mean", "maximum", "minimum", "sumSquares"]) {
      const parameters = { function: name, axis: 1 };
      const test: OpCase = {
        title: name,
        op: "reduce",
        parameters,
        operands: { y: { rows: 2, columns: 1 }, x },
        outputs: ["y"],
      };
      expect(compare(backend, test)).toBeUndefined();
    }
  });

  it("gives NaN for a class that does not exist", () => {
    const prediction = { rows: 3, columns: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const target = { rows: 3, columns: 1, values: Float32Array.of(2, -1, 0.5) };
    const parameters = { function: "sparseCategoricalCrossentropyLogits" };
    const operands = { l: { rows: 3, columns: 1 }, prediction, target };
    const { l } = execute(backend, { title: "", op: "loss", parameters, operands, outputs: ["l"] });
    expect([...(l as Float32Array)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("the comparison itself", () => {
  it("sees errors just above the tolerance", () => {
    const one = Float32Array.of(1);
    expect(difference(Float32Array.of(1.00002), one, 1e-6, 1e-5)).toBe("element 0: 1.0000200271606445 instead of 1");
    expect(difference(Float32Array.of(1.00001), one, 1e-6, 1e-5)).toBeUndefined();
    expect(difference(Float32Array.of(Number.NaN), one, 1, 1)).toBe("element 0: NaN instead of 1");
    expect(difference(one, Float32Array.of(Number.POSITIVE_INFINITY), 1, 1)).toBe("element 0: 1 instead of Infinity");
  });
});
