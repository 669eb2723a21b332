// Does what the core's gather does, for programs that are executed instruction by instruction.

import type { ColumnData, Executable } from "../backends/backend.js";
import type { Dataset, Matrix } from "./data.js";
import type { Routine } from "./session.js";

/** Copies rows to the inputs, targets and weights of a routine. */
export function gatherRows(executable: Executable, routine: Routine, data: Dataset, rows: Int32Array): void {
  const write = (offset: number, matrix: { data: ColumnData; width: number }) => {
    const values = new Float32Array(rows.length * matrix.width);
    rows.forEach((row, r) => {
      values.set(matrix.data.subarray(row * matrix.width, (row + 1) * matrix.width), r * matrix.width);
    });
    executable.write(offset, values);
  };
  routine.inputs.forEach((planned, i) => {
    write(planned.offset, data.inputs[i] as Matrix);
  });
  routine.targets.forEach((planned, i) => {
    if (planned !== null) write(planned.offset, data.targets[i] as Matrix);
  });
  routine.weights.forEach((planned, i) => {
    if (planned === null) return;
    write(planned.offset, { data: data.weights[i] ?? new Float32Array(data.rows).fill(1), width: 1 });
  });
}
