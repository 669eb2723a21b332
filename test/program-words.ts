// Programs for tests, word by word from the table of operations: independent of the compiler that the package uses.

import { abiVersion, binary, losses, type OpName, ops, optimizers, reduction, unary } from "../src/program/ops.gen.js";

export interface TensorSpec {
  readonly rows: number;
  readonly columns: number;
  readonly batch?: boolean;
  /** Where it lies; behind the tensor before it by default. */
  readonly offset?: number;
}

export interface InstructionSpec {
  readonly op: OpName;
  /** Tensor numbers by operand; absent optional operands are left out. */
  readonly operands: Readonly<Record<string, number>>;
  /** Numbers, and names of functions. Those left out are 0. */
  readonly parameters?: Readonly<Record<string, number | string>>;
}

export interface ProgramSpec {
  readonly batchRows?: number;
  readonly tensors: readonly TensorSpec[];
  readonly instructions: readonly InstructionSpec[];
}

export interface BuiltProgram {
  readonly words: Int32Array;
  /** Of each tensor. */
  readonly offsets: readonly number[];
}

const bits = new DataView(new ArrayBuffer(4));

export function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}

const functions: Readonly<Record<string, Readonly<Record<string, { readonly index: number }>>>> = {
  unary,
  binary,
  reduction,
  loss: losses,
  optimizer: optimizers,
};

export function buildProgram({ batchRows = 1, tensors, instructions }: ProgramSpec): BuiltProgram {
  const offsets: number[] = [];
  const table: number[] = [];
  let arena = 0;
  for (const { rows, columns, batch = false, offset = arena } of tensors) {
    offsets.push(offset);
    table.push(offset, rows, columns, batch ? 1 : 0);
    arena = Math.max(arena, offset + rows * columns);
  }
  const code = instructions.flatMap(encode);
  const header = [0x31504646, abiVersion, arena, batchRows, tensors.length, instructions.length, code.length];
  return { words: Int32Array.from([...header, ...table, ...code]), offsets };
}

function encode({ op, operands, parameters = {} }: InstructionSpec): number[] {
  const description = ops[op];
  const tensors = [...description.outputs, ...description.inputs].map(({ name }) => operands[name] ?? -1);
  const values = description.parameters.map(({ name, kind }) => {
    const value = parameters[name] ?? 0;
    if (typeof value === "string") return functions[kind]?.[value]?.index ?? Number.NaN;
    return kind === "float" ? floatBits(value) : value;
  });
  return [description.opcode, ...tensors, ...values];
}
