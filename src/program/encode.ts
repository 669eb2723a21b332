// Writes tensors and instructions as the words that every backend takes; decode.ts reads them back.

import { internalError } from "../errors.js";
import { batchFlag, headerWords, programMagic, type TensorEntry, tensorWords } from "./decode.js";
import {
  abiVersion,
  binary,
  losses,
  type OpName,
  ops,
  optimizers,
  type ParameterKind,
  reduction,
  unary,
} from "./ops.gen.js";

/** An instruction over tensor numbers; -1 stands for an absent operand. Operands are outputs, then inputs. */
export interface EncodableInstruction {
  readonly op: OpName;
  readonly operands: readonly number[];
  /** Numbers, and functions by their names. */
  readonly parameters: Readonly<Record<string, number | string>>;
}

export interface EncodableProgram {
  readonly arenaLength: number;
  readonly batchRows: number;
  readonly tensors: readonly TensorEntry[];
  readonly instructions: readonly EncodableInstruction[];
}

const functions: Readonly<
  Record<Exclude<ParameterKind, "int" | "float">, Readonly<Record<string, { index: number }>>>
> = { unary, binary, reduction, loss: losses, optimizer: optimizers };

/** The words of a program. */
export function encodeProgram({ arenaLength, batchRows, tensors, instructions }: EncodableProgram): Int32Array {
  const code = instructions.flatMap(encodeInstruction);
  const table = tensors.flatMap(({ offset, rows, columns, batch }) => [offset, rows, columns, batch ? batchFlag : 0]);
  const header = [programMagic, abiVersion, arenaLength, batchRows, tensors.length, instructions.length, code.length];
  if (header.length !== headerWords || table.length !== tensorWords * tensors.length) {
    throw internalError("the header or the tensor table has the wrong size");
  }
  if (arenaLength > 0x7fffffff) {
    const size = (arenaLength / 2 ** 28).toFixed(1);
    throw new RangeError(
      `program: the arena must be smaller than 8 GiB, received ${size} GiB. Use smaller layers or a smaller batch.`,
    );
  }
  return Int32Array.from([...header, ...table, ...code]);
}

function encodeInstruction({ op, operands, parameters }: EncodableInstruction): number[] {
  const { opcode, outputs, inputs, parameters: known } = ops[op];
  if (operands.length !== outputs.length + inputs.length) {
    throw internalError(`${op} has ${operands.length} operands instead of ${outputs.length + inputs.length}`);
  }
  return [opcode, ...operands, ...known.map(({ name, kind }) => encodeParameter(op, name, kind, parameters[name]))];
}

const bits = new DataView(new ArrayBuffer(4));

function encodeParameter(op: OpName, name: string, kind: ParameterKind, value: number | string | undefined): number {
  if (kind !== "int" && kind !== "float") {
    const table = functions[kind];
    const entry = Object.hasOwn(table, String(value)) ? table[String(value)] : undefined;
    if (entry === undefined) throw internalError(`${op}: ${name} is ${String(value)}, which is no ${kind}`);
    return entry.index;
  }
  if (typeof value !== "number") throw internalError(`${op}: ${name} is ${String(value)} instead of a number`);
  if (kind === "int") return value | 0;
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
