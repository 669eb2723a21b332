// Reads the words of a program back into tensors and instructions, refusing words that break the format.
// What the operands of each operation must look like is in validate.ts.

import { BackendError, explain } from "../errors.js";
import {
  abiVersion,
  binaryNames,
  lossNames,
  type OpName,
  opNames,
  ops,
  optimizerNames,
  type ParameterKind,
  reductionNames,
  unaryNames,
} from "./ops.gen.js";

export const programMagic = 0x31504646;
export const headerWords = 7;
export const tensorWords = 4;
export const batchFlag = 1;

/** One row of the tensor table; `rows` of a batch tensor is the largest number that it can have. */
export interface TensorEntry {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly batch: boolean;
}

/** An instruction with its operands and parameters by their names in ops.def. */
export class Instruction {
  constructor(
    readonly op: OpName,
    private readonly operands: ReadonlyMap<string, number>,
    private readonly parameters: ReadonlyMap<string, number>,
  ) {}

  /** The tensor number of an operand, or undefined when an optional one is absent. */
  operand(name: string): number | undefined {
    return this.operands.get(name);
  }

  /** The value of a parameter; functions are given by their index. */
  number(name: string): number {
    return this.parameters.get(name) ?? Number.NaN;
  }
}

export interface DecodedProgram {
  readonly arenaLength: number;
  readonly batchRows: number;
  readonly tensors: readonly TensorEntry[];
  readonly instructions: readonly Instruction[];
}

/** The error for words that are refused. */
export function malformed(where: string, expectation: string, received: unknown): BackendError {
  return new BackendError(explain(where, expectation, received, "The program is malformed and was refused."));
}

/** How many functions a parameter of each kind chooses from; 0 for numbers. */
const functionCounts: Readonly<Record<ParameterKind, number>> = {
  int: 0,
  float: 0,
  unary: unaryNames.length,
  binary: binaryNames.length,
  reduction: reductionNames.length,
  loss: lossNames.length,
  optimizer: optimizerNames.length,
};

/** Decodes the header, the tensor table and the instructions. */
export function decodeProgram(words: Int32Array): DecodedProgram {
  const [magic = 0, version = 0, arenaLength = 0, batchRows = 0, tensorCount = 0, instructionCount = 0, size = 0] =
    words;
  if (words.length < headerWords) throw malformed("program", `expected at least ${headerWords} words`, words.length);
  if (magic !== programMagic) throw malformed("program", `word 0 must be ${programMagic}`, magic);
  if (version !== abiVersion) throw malformed("program", `the version must be ${abiVersion}`, version);
  if (arenaLength < 0) throw malformed("program", "the arena must not be negative", arenaLength);
  if (batchRows < 1) throw malformed("program", "there must be at least one batch row", batchRows);
  if (tensorCount < 0 || instructionCount < 0 || size < 0) {
    throw malformed("program", "counts must not be negative", `${tensorCount}, ${instructionCount}, ${size}`);
  }
  const total = headerWords + tensorWords * tensorCount + size;
  if (words.length !== total) throw malformed("program", `expected ${total} words`, words.length);
  const tensors = Array.from({ length: tensorCount }, (_, t) => decodeTensor(words, t, arenaLength, batchRows));
  const code = words.subarray(headerWords + tensorWords * tensorCount);
  return { arenaLength, batchRows, tensors, instructions: decodeInstructions(code, instructionCount, tensorCount) };
}

function decodeTensor(words: Int32Array, index: number, arenaLength: number, batchRows: number): TensorEntry {
  const at = headerWords + tensorWords * index;
  const [offset = 0, rows = 0, columns = 0, flags = 0] = words.subarray(at, at + tensorWords);
  const where = `program: tensor ${index}`;
  if (rows < 1 || columns < 1) throw malformed(where, "rows and columns must be positive", `${rows} x ${columns}`);
  // Doubles hold these products exactly enough: 2^31 * 2^31 is far from where adding an offset would be lost.
  if (offset < 0 || offset + rows * columns > arenaLength) {
    throw malformed(where, `must lie in the arena of ${arenaLength} floats`, `${rows} x ${columns} from ${offset}`);
  }
  if ((flags & ~batchFlag) !== 0) throw malformed(where, "flags must be 0 or 1", flags);
  const batch = flags === batchFlag;
  if (batch && rows !== batchRows) throw malformed(where, `a batch tensor has ${batchRows} rows`, rows);
  return { offset, rows, columns, batch };
}

function decodeInstructions(code: Int32Array, count: number, tensorCount: number): Instruction[] {
  const instructions: Instruction[] = [];
  const floats = new Float32Array(code.buffer, code.byteOffset, code.length);
  let at = 0;
  while (instructions.length < count) {
    const where = `program: instruction ${instructions.length}`;
    const name = opNames[code[at] ?? -1];
    if (name === undefined) throw malformed(where, `the opcode must be below ${opNames.length}`, code[at]);
    const { outputs, inputs, parameters } = ops[name];
    if (at + 1 + outputs.length + inputs.length + parameters.length > code.length) {
      throw malformed(`${where} (${name})`, "expected all its words", `${code.length - at}`);
    }
    at++;
    const operands = new Map<string, number>();
    for (const operand of [...outputs, ...inputs]) {
      const tensor = code[at++] as number;
      if (tensor === -1 && operand.optional) continue;
      if (tensor < 0 || tensor >= tensorCount) {
        throw malformed(`${where} (${name})`, `${operand.name} must be one of ${tensorCount} tensors`, tensor);
      }
      operands.set(operand.name, tensor);
    }
    const numbers = new Map<string, number>();
    for (const { name: parameter, kind } of parameters) {
      const value = (kind === "float" ? floats[at] : code[at]) as number;
      const limit = functionCounts[kind];
      if (limit > 0 && (value < 0 || value >= limit)) {
        throw malformed(`${where} (${name})`, `${parameter} must be below ${limit}`, value);
      }
      numbers.set(parameter, value);
      at++;
    }
    instructions.push(new Instruction(name, operands, numbers));
  }
  if (at !== code.length) throw malformed("program", `the instructions must fill ${code.length} words`, at);
  return instructions;
}
