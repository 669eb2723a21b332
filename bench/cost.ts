// What an instruction has to do at least: floating-point operations for products, bytes from and to memory for everything else.

import type { DecodedProgram, Instruction, TensorEntry } from "../src/program/decode.js";
import { ops } from "../src/program/ops.gen.js";

export interface Cost {
  /** Additions and multiplications of a product; 0 for what is bound by memory. */
  readonly flops: number;
  /** Each operand once; what is updated in place is read and written. */
  readonly bytes: number;
}

export function costOf(instruction: Instruction, { tensors }: DecodedProgram): Cost {
  const { outputs, inputs } = ops[instruction.op];
  const entry = (name: string): TensorEntry | undefined => tensors[instruction.operand(name) ?? -1];
  const size = (name: string) => {
    const tensor = entry(name);
    return tensor === undefined ? 0 : tensor.rows * tensor.columns;
  };
  const sum = (operands: readonly { readonly name: string }[]) =>
    operands.reduce((all, { name }) => all + size(name), 0);
  // Parameters and slots are outputs of an update that it reads, too.
  const floats = sum(inputs) + sum(outputs) * (instruction.op === "update" ? 2 : 1);
  return { flops: productFlops(instruction, entry), bytes: 4 * floats };
}

function productFlops(instruction: Instruction, entry: (name: string) => TensorEntry | undefined): number {
  const area = (name: string) => (entry(name)?.rows ?? 0) * (entry(name)?.columns ?? 0);
  switch (instruction.op) {
    case "dense":
      return 2 * area("w") * (entry("x")?.rows ?? 0);
    case "denseInputGrad":
      return 2 * area("w") * (entry("dy")?.rows ?? 0);
    case "denseWeightGrad":
      return 2 * area("dw") * (entry("x")?.rows ?? 0);
    case "matmul": {
      const a = entry("a");
      return 2 * area("c") * ((instruction.number("transposeA") === 1 ? a?.rows : a?.columns) ?? 0);
    }
    default:
      return 0;
  }
}
