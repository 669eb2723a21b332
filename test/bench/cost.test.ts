// What the benchmark says that an instruction has to do at least.

import { expect, it } from "vitest";
import { costOf } from "../../bench/cost.js";
import { openSession } from "../../bench/program.js";
import { textOf } from "../../bench/profile.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { decodeProgram } from "../../src/program/decode.js";
import { encodeProgram } from "../../src/program/encode.js";
import { printProgram } from "../../src/program/print.js";

const session = openSession(createReferenceBackend(), { sizes: [6, 5, 3], batch: 4 });
const program = decodeProgram(session.program.words);
const { train } = session;
const instructions = program.instructions.slice(train?.first, train?.last);
const of = (op: string) => instructions.filter((instruction) => instruction.op === op);

it("counts two operations for each weight and row, in each product of a step", () => {
  const flops = (op: string) => of(op).map((instruction) => costOf(instruction, program).flops);
  expect(flops("dense")).toEqual([2 * 4 * 6 * 5, 2 * 4 * 5 * 3]);
  expect(flops("denseWeightGrad")).toEqual([2 * 4 * 5 * 3, 2 * 4 * 6 * 5]);
  // The gradient of the data is never computed.
  expect(flops("denseInputGrad")).toEqual([2 * 4 * 5 * 3]);
});

it("counts what an update reads and writes", () => {
  const weights = 6 * 5 + 5 + 5 * 3 + 3;
  const [update] = of("update").map((instruction) => costOf(instruction, program));
  // Parameters and two slots in both directions, the gradient once.
  expect(update).toEqual({ flops: 0, bytes: 4 * weights * 7 });
});

it("counts the length of the sums of a transposed product", () => {
  const tensor = (offset: number, rows: number, columns: number) => ({ offset, rows, columns, batch: false });
  const words = encodeProgram({
    arenaLength: 100,
    batchRows: 1,
    tensors: [tensor(0, 7, 2), tensor(14, 7, 3), tensor(35, 2, 3)],
    instructions: [{ op: "matmul", operands: [2, 0, 1], parameters: { transposeA: 1, transposeB: 0 } }],
  });
  const product = decodeProgram(words);
  expect(costOf(product.instructions[0] as (typeof product.instructions)[0], product)).toEqual({
    flops: 2 * 2 * 3 * 7,
    bytes: 4 * (14 + 21 + 6),
  });
});

it("finds the text of an instruction, without places", () => {
  const lines = printProgram(session.program.printable).split("\n");
  expect(textOf(lines, train?.first ?? -1)).toMatch(
    /^dense t\d+ \(batch, 5\) = dense input, dense\/kernel, b=dense\/bias; relu$/,
  );
  expect(textOf(lines, 1000)).toBe("");
});
