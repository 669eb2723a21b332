// What the operands of each operation must look like: shapes, parameters, and which of them may share memory.
// The rows of batch tensors are a symbol here: they equal each other and nothing else. The core checks the same.

import { formatShape } from "../errors.js";
import { type DecodedProgram, decodeProgram, type Instruction, malformed, type TensorEntry } from "./decode.js";
import { inPlace } from "./in-place.js";
import {
  type LossName,
  losses,
  lossNames,
  type OpName,
  ops,
  optimizerNames,
  optimizers,
  unary,
  unaryNames,
} from "./ops.gen.js";

/** Rows and columns; null stands for the rows of a batch tensor. */
type Size = readonly [rows: number | null, columns: number];

/** Decodes the words and throws a BackendError unless every instruction can be executed. */
export function validateProgram(words: Int32Array): DecodedProgram {
  const program = decodeProgram(words);
  for (const [index, instruction] of program.instructions.entries()) {
    const operands = new Operands(`program: instruction ${index} (${instruction.op})`, instruction, program.tensors);
    rules[instruction.op](operands);
    checkOverlaps(operands, instruction.op);
  }
  return program;
}

/** The operands of one instruction, with the questions that the rules ask. */
class Operands {
  constructor(
    readonly where: string,
    private readonly instruction: Instruction,
    private readonly tensors: readonly TensorEntry[],
  ) {}

  entry(name: string): TensorEntry | undefined {
    const index = this.instruction.operand(name);
    return index === undefined ? undefined : this.tensors[index];
  }

  has(name: string): boolean {
    return this.entry(name) !== undefined;
  }

  number(name: string): number {
    return this.instruction.number(name);
  }

  size(name: string): Size {
    const entry = this.entry(name);
    if (entry === undefined) throw malformed(this.where, `expected operand ${name}`, "none");
    return [entry.batch ? null : entry.rows, entry.columns];
  }

  /** An absent optional operand has every size. */
  expect(name: string, [rows, columns]: Size): void {
    if (!this.has(name)) return;
    const size = this.size(name);
    if (size[0] !== rows || size[1] !== columns) this.refuse(name, formatShape([rows, columns]));
  }

  expectLike(other: string, ...names: readonly string[]): void {
    for (const name of names) this.expect(name, this.size(other));
  }

  expectBroadcast(result: string, ...names: readonly string[]): void {
    const [rows, columns] = this.size(result);
    for (const name of names) {
      const size = this.size(name);
      if ((size[0] !== rows && size[0] !== 1) || (size[1] !== columns && size[1] !== 1)) {
        this.refuse(name, `${formatShape([rows, columns])} or 1 in either place`);
      }
    }
  }

  expectFixed(...names: readonly string[]): void {
    for (const name of names) if (this.size(name)[0] === null) this.refuse(name, "no batch tensor");
  }

  expectPresent(name: string): void {
    if (!this.has(name)) throw malformed(this.where, `expected operand ${name}`, "none");
  }

  expectParameter(name: string, allowed: boolean, expectation: string): void {
    if (!allowed) throw malformed(this.where, `${name} must be ${expectation}`, this.number(name));
  }

  expectFlag(name: string): void {
    const value = this.number(name);
    this.expectParameter(name, value === 0 || value === 1, "0 or 1");
  }

  refuse(name: string, expectation: string): never {
    throw malformed(this.where, `${name} must be ${expectation}`, formatShape(this.size(name)));
  }
}

const rules: Readonly<Record<OpName, (o: Operands) => void>> = {
  fill: () => {},
  copy: (o) => {
    const [rows, columns] = o.size("y");
    const x = o.size("x");
    // Any shape with as many elements; with a batch the columns must agree for every number of rows.
    if (rows === null || x[0] === null) o.expectLike("y", "x");
    else if (rows * columns !== x[0] * x[1]) o.refuse("x", `of ${rows * columns} elements`);
  },
  transpose: (o) => {
    o.expectFixed("y", "x");
    o.expect("x", [o.size("y")[1], o.size("y")[0] as number]);
  },
  slice: (o) => expectColumns(o, "x", "y"),
  pad: (o) => expectColumns(o, "y", "x"),
  concatenate: (o) => {
    const [rows, columns] = o.size("z");
    for (const name of ["x", "y"]) o.expect(name, [rows, o.size(name)[1]]);
    const sum = o.size("x")[1] + o.size("y")[1];
    if (sum !== columns) o.refuse("z", formatShape([rows, sum]));
  },
  gather: (o) => expectRows(o, "table", "y"),
  gatherGrad: (o) => expectRows(o, "dtable", "dy"),
  unary: (o) => o.expectLike("y", "x"),
  unaryGrad: (o) => {
    const { reads } = unary[unaryNames[o.number("function")] ?? "linear"];
    if (reads.includes("x")) o.expectPresent("x");
    if (reads.includes("y")) o.expectPresent("y");
    o.expectLike("dx", "x", "y", "dy");
  },
  binary: (o) => o.expectBroadcast("z", "x", "y"),
  select: (o) => o.expectBroadcast("z", "condition", "x", "y"),
  reduce: (o) => o.expect("y", reducedSize(o, "x", "y")),
  expand: (o) => {
    o.expectFlag("mean");
    o.expect("x", reducedSize(o, "y", "x"));
  },
  matmul: (o) => {
    o.expectFlag("transposeA");
    o.expectFlag("transposeB");
    const a = oriented(o.size("a"), o.number("transposeA"));
    const b = oriented(o.size("b"), o.number("transposeB"));
    const [rows, columns] = o.size("c");
    if (a[1] !== b[0]) o.refuse("b", `of ${a[1] ?? "batch"} rows to be multiplied`);
    if (a[0] !== rows || b[1] !== columns) o.refuse("c", formatShape([a[0], b[1]]));
  },
  dense: (o) => {
    const [rows, columns] = o.size("y");
    o.expectLike("y", "z");
    o.expect("w", [o.size("x")[1], columns]);
    o.expect("b", [1, columns]);
    o.expect("x", [rows, o.size("x")[1]]);
  },
  denseInputGrad: (o) => {
    const { reads } = unary[unaryNames[o.number("function")] ?? "linear"];
    // The function made x, its output, from z, its input.
    if (reads.includes("x")) o.expectPresent("z");
    if (reads.includes("y")) o.expectPresent("x");
    const [rows, columns] = o.size("dx");
    o.expectLike("dx", "x", "z");
    o.expect("dy", [rows, o.size("dy")[1]]);
    o.expect("w", [columns, o.size("dy")[1]]);
  },
  denseWeightGrad: (o) => {
    const [rows, inputs] = o.size("x");
    const outputs = o.size("dy")[1];
    o.expect("dy", [rows, outputs]);
    o.expect("dw", [inputs, outputs]);
    o.expect("db", [1, outputs]);
  },
  softmax: (o) => o.expectLike("y", "x"),
  softmaxGrad: (o) => o.expectLike("dx", "y", "dy"),
  logSoftmax: (o) => o.expectLike("y", "x"),
  logSoftmaxGrad: (o) => o.expectLike("dx", "y", "dy"),
  loss: (o) => {
    o.expect("target", targetSize(o));
    o.expect("l", [o.size("prediction")[0], 1]);
  },
  lossGrad: (o) => {
    o.expect("target", targetSize(o));
    o.expect("dl", [o.size("prediction")[0], 1]);
    o.expectLike("prediction", "dprediction");
  },
  dropout: (o) => {
    const rate = o.number("rate");
    o.expectParameter("rate", rate >= 0 && rate < 1, "in [0, 1)");
    o.expectLike("y", "x");
  },
  random: (o) => o.expectFlag("normal"),
  stepValue: (o) => {
    o.expectFlag("value");
    o.expect("y", [1, 1]);
  },
  update: (o) => {
    const name = optimizerNames[o.number("function")] ?? "sgd";
    for (const slot of ["s0", "s1", "s2"]) {
      const description = optimizers[name].slots[Number(slot.slice(1))];
      if (description?.optional === false) o.expectPresent(slot);
      if (description === undefined && o.has(slot)) o.refuse(slot, `absent for ${name}`);
    }
    o.expectFixed("p");
    o.expectLike("p", "s0", "s1", "s2", "g");
  },
};

/** `part` has the rows of `whole`, and its columns from `start` on. */
function expectColumns(o: Operands, whole: string, part: string): void {
  const [rows, columns] = o.size(whole);
  const width = o.size(part)[1];
  const start = o.number("start");
  o.expect(part, [rows, width]);
  o.expectParameter("start", start >= 0 && start + width <= columns, `such that ${width} of ${columns} columns follow`);
}

/** `out` has a row of the table for each column of the index. */
function expectRows(o: Operands, table: string, out: string): void {
  o.expectFixed(table);
  const [rows, count] = o.size("index");
  o.expect(out, [rows, count * o.size(table)[1]]);
}

/** The size of `reduced` that is `full` reduced along the instruction's axis; along the columns it chooses the number of groups. */
function reducedSize(o: Operands, full: string, reduced: string): Size {
  const [rows, columns] = o.size(full);
  const groups = o.size(reduced)[1];
  const axis = o.number("axis");
  o.expectParameter("axis", axis === 0 || axis === 1 || axis === 2, "0, 1 or 2");
  return axis === 0 ? [1, columns] : axis === 1 ? [rows, columns % groups === 0 ? groups : 1] : [1, 1];
}

function oriented([rows, columns]: Size, transpose: number): readonly [number | null, number | null] {
  return transpose === 1 ? [columns, rows] : [rows, columns];
}

function targetSize(o: Operands): Size {
  const name: LossName | undefined = lossNames[o.number("function")];
  const [rows, columns] = o.size("prediction");
  return name !== undefined && losses[name].sparse ? [rows, 1] : [rows, columns];
}

/** Outputs never overlap each other; they may be an input's exact place where the operation can work in place. */
function checkOverlaps(o: Operands, op: OpName): void {
  const { outputs, inputs } = ops[op];
  for (const [index, { name }] of outputs.entries()) {
    const output = o.entry(name);
    if (output === undefined) continue;
    for (const other of outputs.slice(index + 1)) {
      if (overlaps(output, o.entry(other.name)))
        throw malformed(o.where, `${name} must not overlap ${other.name}`, "an overlap");
    }
    for (const other of inputs) {
      const input = o.entry(other.name);
      if (!overlaps(output, input)) continue;
      if (inPlace.has(op) && samePlace(output, input)) continue;
      throw malformed(o.where, `${name} must not overlap ${other.name}`, "an overlap");
    }
  }
}

function overlaps(a: TensorEntry, b: TensorEntry | undefined): boolean {
  return b !== undefined && a.offset < b.offset + b.rows * b.columns && b.offset < a.offset + a.rows * a.columns;
}

function samePlace(a: TensorEntry, b: TensorEntry | undefined): boolean {
  return b !== undefined && a.offset === b.offset && a.rows * a.columns === b.rows * b.columns;
}
