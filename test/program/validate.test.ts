// Malformed programs are refused by every backend, whatever is wrong with them, and well-formed ones are not.
import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { BackendError } from "../../src/errors.js";
import { unaryNames } from "../../src/program/ops.gen.js";
import { RandomStream, seedFrom } from "../../src/random/philox.js";
import { testBackends } from "../backends.js";
import { buildProgram, floatBits, type InstructionSpec, type ProgramSpec, type TensorSpec } from "../program-words.js";

const fixed = (rows: number, columns: number, offset?: number): TensorSpec => ({
  rows,
  columns,
  ...(offset !== undefined && { offset }),
});
const batch = (columns: number, offset?: number): TensorSpec => ({ ...fixed(4, columns, offset), batch: true });

/** A dense layer with a loss and an update: words to break. */
const good: ProgramSpec = {
  batchRows: 4,
  tensors: [batch(3), fixed(3, 2), fixed(1, 2), batch(2), batch(1), batch(1), fixed(1, 1), fixed(3, 2)],
  instructions: [
    { op: "dense", operands: { y: 3, x: 0, w: 1, b: 2 }, parameters: { function: "relu" } },
    {
      op: "loss",
      operands: { l: 5, prediction: 3, target: 4 },
      parameters: { function: "sparseCategoricalCrossentropy" },
    },
    { op: "reduce", operands: { y: 6, x: 5 }, parameters: { function: "mean", axis: 2 } },
    { op: "update", operands: { p: 1, g: 7 }, parameters: { function: "sgd", learningRateScale: 1 } },
  ],
};

/** Operations that count columns and rows themselves. */
const structural: ProgramSpec = {
  batchRows: 4,
  tensors: [batch(3), batch(2), batch(5), fixed(7, 2), batch(1), fixed(7, 2), batch(6), fixed(1, 1)],
  instructions: [
    { op: "slice", operands: { y: 1, x: 0 }, parameters: { start: 1 } },
    { op: "concatenate", operands: { z: 2, x: 0, y: 1 } },
    { op: "pad", operands: { y: 6, x: 2 }, parameters: { start: 1 } },
    { op: "random", operands: { y: 4 }, parameters: { normal: 1, stream: 3 } },
    { op: "gather", operands: { y: 1, table: 3, index: 4 } },
    { op: "gatherGrad", operands: { dtable: 5, index: 4, dy: 1 } },
    { op: "reduce", operands: { y: 1, x: 6 }, parameters: { function: "maximum", axis: 1 } },
    { op: "expand", operands: { y: 6, x: 0 }, parameters: { axis: 1, mean: 1 } },
    { op: "stepValue", operands: { y: 7 }, parameters: { value: 1 } },
  ],
};

/** Words of `good` with some changed: word numbers as in the header's description. */
const changes: readonly (readonly [name: string, change: (words: Int32Array) => Int32Array])[] = [
  ["no words", () => new Int32Array(0)],
  ["a header that ends early", (words) => words.slice(0, 6)],
  ["another magic number", (words) => words.with(0, 1)],
  ["another version", (words) => words.with(1, 99)],
  ["a negative arena", (words) => words.with(2, -1)],
  ["an arena that is too small", (words) => words.with(2, 10)],
  ["no batch rows", (words) => words.with(3, 0)],
  ["other batch rows than its tensors", (words) => words.with(3, 5)],
  ["a negative number of tensors", (words) => words.with(4, -1)],
  ["too many tensors", (words) => words.with(4, 0x7fffffff)],
  ["too many instructions", (words) => words.with(5, 5)],
  ["too few instructions", (words) => words.with(5, 3)],
  ["other instruction words", (words) => words.with(6, 2)],
  ["a missing word at the end", (words) => words.slice(0, -1)],
  ["a word too many", (words) => Int32Array.of(...words, 0)],
  ["a negative offset", (words) => words.with(7, -4)],
  ["an offset at the end of numbers", (words) => words.with(7, 0x7fffffff)],
  ["rows whose product overflows", (words) => words.with(12, 0x7fffffff).with(13, 0x7fffffff)],
  ["no rows", (words) => words.with(12, 0)],
  ["no columns", (words) => words.with(13, 0)],
  ["unknown flags", (words) => words.with(14, 2)],
  ["a negative opcode", (words) => words.with(39, -1)],
  ["an opcode beyond the table", (words) => words.with(39, 1000)],
  ["a tensor beyond the table", (words) => words.with(40, 8)],
  ["a required operand that is absent", (words) => words.with(40, -1)],
  ["a function beyond its list", (words) => words.with(45, unaryNames.length)],
  ["a negative function", (words) => words.with(45, -1)],
];

/** Programs of one instruction that break a rule of its operation. */
const wrong: readonly (readonly [name: string, tensors: readonly TensorSpec[], instruction: InstructionSpec])[] = [
  ["copy of another size", [fixed(2, 3), fixed(2, 2)], { op: "copy", operands: { y: 0, x: 1 } }],
  ["copy of a batch to fixed rows", [batch(3), fixed(4, 3)], { op: "copy", operands: { y: 0, x: 1 } }],
  ["copy of a batch to other columns", [batch(3), batch(2)], { op: "copy", operands: { y: 0, x: 1 } }],
  ["transpose of another shape", [fixed(2, 3), fixed(2, 3)], { op: "transpose", operands: { y: 0, x: 1 } }],
  ["transpose of a batch", [batch(4), batch(4)], { op: "transpose", operands: { y: 0, x: 1 } }],
  ["slice beyond the end", [batch(2), batch(3)], { op: "slice", operands: { y: 0, x: 1 }, parameters: { start: 2 } }],
  [
    "slice before the beginning",
    [batch(2), batch(3)],
    { op: "slice", operands: { y: 0, x: 1 }, parameters: { start: -1 } },
  ],
  [
    "slice far beyond",
    [batch(2), batch(3)],
    { op: "slice", operands: { y: 0, x: 1 }, parameters: { start: 0x7fffffff } },
  ],
  ["slice of more than there is", [batch(3), batch(2)], { op: "slice", operands: { y: 0, x: 1 } }],
  ["slice of a batch to fixed rows", [fixed(4, 2), batch(3)], { op: "slice", operands: { y: 0, x: 1 } }],
  ["pad to less", [batch(2), batch(3)], { op: "pad", operands: { y: 0, x: 1 } }],
  ["pad beyond the end", [batch(4), batch(3)], { op: "pad", operands: { y: 0, x: 1 }, parameters: { start: 2 } }],
  [
    "concatenate to another width",
    [batch(4), batch(2), batch(3)],
    { op: "concatenate", operands: { z: 0, x: 1, y: 2 } },
  ],
  [
    "concatenate of other rows",
    [batch(5), batch(2), fixed(4, 3)],
    { op: "concatenate", operands: { z: 0, x: 1, y: 2 } },
  ],
  ["concatenate in place", [batch(5), batch(2, 0), batch(3)], { op: "concatenate", operands: { z: 0, x: 1, y: 2 } }],
  ["gather from a batch", [batch(3), batch(3), batch(1)], { op: "gather", operands: { y: 0, table: 1, index: 2 } }],
  [
    "gather to another width",
    [batch(3), fixed(7, 2), batch(1)],
    { op: "gather", operands: { y: 0, table: 1, index: 2 } },
  ],
  [
    "gather to other rows",
    [fixed(4, 2), fixed(7, 2), batch(1)],
    { op: "gather", operands: { y: 0, table: 1, index: 2 } },
  ],
  [
    "gatherGrad to a batch",
    [batch(3), batch(1), batch(3)],
    { op: "gatherGrad", operands: { dtable: 0, index: 1, dy: 2 } },
  ],
  [
    "gatherGrad of another width",
    [fixed(7, 2), batch(2), batch(3)],
    { op: "gatherGrad", operands: { dtable: 0, index: 1, dy: 2 } },
  ],
  ["random of another kind", [batch(3)], { op: "random", operands: { y: 0 }, parameters: { normal: 2 } }],
  ["stepValue of several columns", [fixed(1, 2)], { op: "stepValue", operands: { y: 0 } }],
  ["stepValue of another kind", [fixed(1, 1)], { op: "stepValue", operands: { y: 0 }, parameters: { value: 2 } }],
  ["unary of another shape", [fixed(2, 3), fixed(3, 2)], { op: "unary", operands: { y: 0, x: 1 } }],
  [
    "unaryGrad without what the derivative reads",
    [fixed(1, 1), fixed(1, 1)],
    { op: "unaryGrad", operands: { dx: 0, dy: 1 }, parameters: { function: "relu" } },
  ],
  [
    "binary that does not broadcast",
    [fixed(4, 6), fixed(4, 6), fixed(2, 6)],
    { op: "binary", operands: { z: 0, x: 1, y: 2 } },
  ],
  [
    "binary of a batch with fixed rows of the same number",
    [batch(2), batch(2), fixed(4, 2)],
    { op: "binary", operands: { z: 0, x: 1, y: 2 } },
  ],
  [
    "select with a condition that does not broadcast",
    [fixed(2, 3), fixed(1, 2), fixed(2, 3), fixed(2, 3)],
    { op: "select", operands: { z: 0, condition: 1, x: 2, y: 3 } },
  ],
  ["reduce to another shape", [fixed(1, 3), fixed(4, 2)], { op: "reduce", operands: { y: 0, x: 1 } }],
  [
    "reduce to groups of unequal size",
    [batch(2), batch(3)],
    { op: "reduce", operands: { y: 0, x: 1 }, parameters: { axis: 1 } },
  ],
  [
    "reduce to more groups than columns",
    [batch(4), batch(2)],
    { op: "reduce", operands: { y: 0, x: 1 }, parameters: { axis: 1 } },
  ],
  [
    "expand from groups of unequal size",
    [batch(3), batch(2)],
    { op: "expand", operands: { y: 0, x: 1 }, parameters: { axis: 1 } },
  ],
  [
    "reduce along an axis that does not exist",
    [fixed(1, 1), fixed(4, 2)],
    { op: "reduce", operands: { y: 0, x: 1 }, parameters: { axis: 3 } },
  ],
  ["reduce over rows to a batch", [batch(2), fixed(4, 2)], { op: "reduce", operands: { y: 0, x: 1 } }],
  ["expand from another shape", [fixed(4, 2), fixed(2, 2)], { op: "expand", operands: { y: 0, x: 1 } }],
  [
    "expand with another flag",
    [fixed(4, 2), fixed(1, 2)],
    { op: "expand", operands: { y: 0, x: 1 }, parameters: { mean: 2 } },
  ],
  [
    "matmul of other inner sizes",
    [fixed(2, 2), fixed(2, 3), fixed(4, 2)],
    { op: "matmul", operands: { c: 0, a: 1, b: 2 } },
  ],
  [
    "matmul to another shape",
    [fixed(2, 3), fixed(2, 3), fixed(3, 2)],
    { op: "matmul", operands: { c: 0, a: 1, b: 2 } },
  ],
  [
    "matmul with a batch of columns",
    [fixed(2, 4), fixed(2, 3), batch(3)],
    { op: "matmul", operands: { c: 0, a: 1, b: 2 }, parameters: { transposeB: 1 } },
  ],
  [
    "matmul with another flag",
    [fixed(2, 2), fixed(2, 2), fixed(2, 2)],
    { op: "matmul", operands: { c: 0, a: 1, b: 2 }, parameters: { transposeA: 2 } },
  ],
  [
    "dense with another bias",
    [batch(2), batch(3), fixed(3, 2), fixed(1, 3)],
    { op: "dense", operands: { y: 0, x: 1, w: 2, b: 3 } },
  ],
  [
    "dense with another z",
    [batch(2), batch(3), fixed(3, 2), batch(3)],
    { op: "dense", operands: { y: 0, z: 3, x: 1, w: 2 } },
  ],
  [
    "dense from a batch to fixed rows",
    [fixed(4, 2), batch(3), fixed(3, 2)],
    { op: "dense", operands: { y: 0, x: 1, w: 2 } },
  ],
  [
    "denseInputGrad without the output that its function reads",
    [batch(3), batch(2), fixed(3, 2)],
    { op: "denseInputGrad", operands: { dx: 0, dy: 1, w: 2 }, parameters: { function: "tanh" } },
  ],
  [
    "denseInputGrad without the input that its function reads",
    [batch(3), batch(2), fixed(3, 2), batch(3)],
    { op: "denseInputGrad", operands: { dx: 0, dy: 1, w: 2, x: 3 }, parameters: { function: "gelu" } },
  ],
  [
    "denseWeightGrad of other rows",
    [fixed(3, 2), batch(3), fixed(4, 2)],
    { op: "denseWeightGrad", operands: { dw: 0, x: 1, dy: 2 } },
  ],
  ["softmax of another shape", [batch(3), batch(2)], { op: "softmax", operands: { y: 0, x: 1 } }],
  [
    "loss with several columns",
    [batch(2), batch(3), batch(3)],
    { op: "loss", operands: { l: 0, prediction: 1, target: 2 } },
  ],
  [
    "loss with a dense target where a sparse one belongs",
    [batch(1), batch(3), batch(3)],
    {
      op: "loss",
      operands: { l: 0, prediction: 1, target: 2 },
      parameters: { function: "sparseCategoricalCrossentropy" },
    },
  ],
  [
    "lossGrad of another shape",
    [batch(2), batch(3), batch(3), batch(1)],
    { op: "lossGrad", operands: { dprediction: 0, prediction: 1, target: 2, dl: 3 } },
  ],
  ["dropout of everything", [batch(2), batch(2)], { op: "dropout", operands: { y: 0, x: 1 }, parameters: { rate: 1 } }],
  [
    "dropout of a negative part",
    [batch(2), batch(2)],
    { op: "dropout", operands: { y: 0, x: 1 }, parameters: { rate: -0.1 } },
  ],
  [
    "dropout of NaN",
    [batch(2), batch(2)],
    { op: "dropout", operands: { y: 0, x: 1 }, parameters: { rate: Number.NaN } },
  ],
  ["update of a batch", [batch(2), batch(2)], { op: "update", operands: { p: 0, g: 1 } }],
  ["update with another gradient", [fixed(2, 2), fixed(4, 1)], { op: "update", operands: { p: 0, g: 1 } }],
  [
    "adam without its slots",
    [fixed(2, 2), fixed(2, 2)],
    { op: "update", operands: { p: 0, g: 1 }, parameters: { function: "adam" } },
  ],
  [
    "sgd with a slot that it does not have",
    [fixed(2, 2), fixed(2, 2), fixed(2, 2)],
    { op: "update", operands: { p: 0, g: 1, s1: 2 }, parameters: { function: "sgd" } },
  ],
  [
    "outputs that overlap",
    [batch(2), batch(2, 4), batch(3, 100), fixed(3, 2, 200)],
    { op: "dense", operands: { y: 0, z: 1, x: 2, w: 3 } },
  ],
  ["an output over a part of its input", [fixed(2, 2), fixed(2, 2, 1)], { op: "unary", operands: { y: 0, x: 1 } }],
  [
    "a product over its operand",
    [fixed(2, 2), fixed(2, 2, 0), fixed(2, 2, 50)],
    { op: "matmul", operands: { c: 0, a: 1, b: 2 } },
  ],
  ["a transposition in place", [fixed(2, 2), fixed(2, 2, 0)], { op: "transpose", operands: { y: 0, x: 1 } }],
  ["an update over its gradient", [fixed(2, 2), fixed(2, 2, 0)], { op: "update", operands: { p: 0, g: 1 } }],
];

describe.each(testBackends)("$label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });
  const { words } = buildProgram(good);

  it("takes a well-formed program", () => {
    expect(() => backend.createProgram(words).dispose()).not.toThrow();
  });

  it("takes what works in place", () => {
    const place = [batch(2), batch(2, 0)];
    for (const op of ["unary", "copy", "softmax", "logSoftmax", "dropout"] as const) {
      const program = buildProgram({ batchRows: 4, tensors: place, instructions: [{ op, operands: { y: 0, x: 1 } }] });
      expect(() => backend.createProgram(program.words).dispose()).not.toThrow();
    }
  });

  it.each(changes)("refuses %s", (_, change) => {
    expect(() => backend.createProgram(change(words))).toThrow(BackendError);
  });

  it.each(wrong)("refuses %s", (_, tensors, instruction) => {
    const program = buildProgram({ batchRows: 4, tensors, instructions: [instruction] });
    expect(() => backend.createProgram(program.words)).toThrow(BackendError);
  });

  it.each([
    ["layers", good],
    ["structural operations", structural],
  ])("executes or refuses, but survives, any mutation of %s (seed 11)", (_, spec) => {
    const { words } = buildProgram(spec);
    const random = new RandomStream(seedFrom(11));
    const values = [-2, -1, 0, 1, 2, 3, 7, 26, 27, 255, 0x7fffffff, -0x80000000, floatBits(0.5), floatBits(Number.NaN)];
    let accepted = 0;
    for (let i = 0; i < 3000; i++) {
      const mutant = words.slice();
      for (let k = random.integer(3); k >= 0; k--) {
        mutant[random.integer(mutant.length)] = values[random.integer(values.length)] as number;
      }
      if ((mutant[2] as number) > 1e6) continue;
      let program: ReturnType<Backend["createProgram"]>;
      try {
        program = backend.createProgram(mutant);
      } catch (error) {
        expect(error).toBeInstanceOf(BackendError);
        continue;
      }
      program.run(0, mutant[5] as number, 1, { learningRate: 0.1, step: 0, seed: [1, 2] });
      program.dispose();
      accepted++;
    }
    expect(accepted).toBeGreaterThan(10);
  });
});
