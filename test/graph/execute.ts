// Runs compiled programs in tests: inputs and variables by node, results as plain arrays.

import type { Backend, Executable } from "../../src/backends/backend.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import type { CompiledProgram, PlannedTensor } from "../../src/graph/compile.js";
import type { SymbolicTensor, Variable } from "../../src/graph/node.js";

export const float64 = createReferenceBackend({ dtype: "float64" });

export function variable(name: string, shape: readonly number[], trainable = true): Variable {
  return { name, shape, trainable, learningRateScale: 1 };
}

export class Execution {
  readonly #executable: Executable;

  constructor(
    readonly program: CompiledProgram,
    backend: Backend = float64,
    readonly rows = program.batchRows,
  ) {
    this.#executable = backend.createProgram(program.words);
    for (const { offset, values } of program.constants) this.#executable.write(offset, values);
  }

  set(target: Variable, values: ArrayLike<number>): this {
    const place = this.program.variables.get(target);
    if (place?.length !== values.length) throw new Error(`${target.name}: ${values.length} values`);
    this.#executable.write(place.offset, values);
    return this;
  }

  input(fn: string, node: SymbolicTensor, values: ArrayLike<number>): this {
    this.#executable.write(this.program.tensor(fn, node).offset, values);
    return this;
  }

  run(fn: string, update = true, learningRate = 0.1): this {
    const range = this.program.functions[fn];
    if (range === undefined) throw new Error(`no function ${fn}`);
    const last = update ? range.last : range.updateFirst;
    this.#executable.run(range.first, last, this.rows, { learningRate, step: 0, seed: [7, 0] });
    return this;
  }

  read({ offset, rows, columns, batch }: PlannedTensor): number[] {
    return this.#numbers(offset, (batch ? this.rows : rows) * columns);
  }

  output(fn: string, node: SymbolicTensor): number[] {
    return this.read(this.program.tensor(fn, node));
  }

  gradient(node: SymbolicTensor | Variable): number[] {
    return this.read(this.program.gradient(node));
  }

  value(target: Variable): number[] {
    const place = this.program.variables.get(target);
    return this.#numbers(place?.offset ?? 0, place?.length ?? 0);
  }

  /** All digits of the float64 reference backend, whose `read` gives float32 as all do. */
  #numbers(offset: number, count: number): number[] {
    const executable: Executable & { arena?: Float32Array | Float64Array } = this.#executable;
    return [...(executable.arena?.subarray(offset, offset + count) ?? executable.read(offset, count))];
  }

  dispose(): void {
    this.#executable.dispose();
  }
}
