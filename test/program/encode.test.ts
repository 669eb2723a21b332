// Words that are written can be read back.

import { describe, expect, test } from "vitest";
import { decodeProgram } from "../../src/program/decode.js";
import { type EncodableInstruction, encodeProgram } from "../../src/program/encode.js";
import { lossNames, type OpName, opNames, ops, optimizerNames, unaryNames } from "../../src/program/ops.gen.js";

const tensors = [
  { offset: 0, rows: 4, columns: 3, batch: true },
  { offset: 16, rows: 1, columns: 3, batch: false },
];

/** An instruction with a value of its own in each place. */
function sample(op: OpName): EncodableInstruction {
  const { outputs, inputs, parameters } = ops[op];
  const functions: Record<string, string> = {
    unary: unaryNames[3] ?? "",
    binary: "power",
    reduction: "mean",
    loss: lossNames[2] ?? "",
    optimizer: optimizerNames[1] ?? "",
  };
  return {
    op,
    operands: [...outputs, ...inputs].map(({ optional }, i) => (optional ? -1 : i % 2)),
    parameters: Object.fromEntries(
      parameters.map(({ name, kind }, i) => [name, functions[kind] ?? (kind === "int" ? i + 1 : i + 0.25)]),
    ),
  };
}

describe("encodeProgram", () => {
  test.each(opNames)("%s comes back", (op) => {
    const instruction = sample(op);
    const words = encodeProgram({ arenaLength: 32, batchRows: 4, tensors, instructions: [instruction] });
    const program = decodeProgram(words);
    expect(program).toMatchObject({ arenaLength: 32, batchRows: 4, tensors });
    const [decoded] = program.instructions;
    expect(decoded?.op).toBe(op);
    const { outputs, inputs, parameters } = ops[op];
    [...outputs, ...inputs].forEach(({ name }, i) => {
      expect(decoded?.operand(name) ?? -1).toBe(instruction.operands[i]);
    });
    for (const { name, kind } of parameters) {
      const value = instruction.parameters[name];
      if (kind === "int" || kind === "float") expect(decoded?.number(name)).toBe(value);
      else expect(decoded?.number(name)).toBeGreaterThan(0);
    }
  });

  test("refuses what cannot be an instruction", () => {
    const encode = (instruction: EncodableInstruction) => () =>
      encodeProgram({ arenaLength: 32, batchRows: 4, tensors, instructions: [instruction] });
    expect(encode({ op: "copy", operands: [0], parameters: {} })).toThrow("internal: copy has 1 operands instead of 2");
    expect(encode({ op: "unary", operands: [0, 0], parameters: { function: "toString", alpha: 0 } })).toThrow(
      "internal: unary: function is toString, which is no unary",
    );
    expect(encode({ op: "fill", operands: [0], parameters: {} })).toThrow(
      "internal: fill: value is undefined instead of a number",
    );
  });

  test("refuses an arena beyond what words can tell", () => {
    const program = { arenaLength: 2 ** 32, batchRows: 1, tensors: [], instructions: [] };
    expect(() => encodeProgram(program)).toThrow(
      "program: the arena must be smaller than 8 GiB, received 16.0 GiB. Use smaller layers or a smaller batch.",
    );
  });
});
