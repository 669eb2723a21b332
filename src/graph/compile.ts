// From graphs to one program: gradients, fusion, the layout of the arena, and the words.

import { internalError } from "../errors.js";
import type { CompiledProgram, CompileOptions } from "./compiled.js";

export type {
  CompiledProgram,
  CompileOptions,
  FunctionRange,
  GraphFunction,
  OptimizerSpec,
  PlannedTensor,
  Region,
} from "./compiled.js";

/** Compiles functions that share their variables into one program over one arena. */
export function compileGraph(options: CompileOptions): CompiledProgram {
  throw internalError(`cannot compile ${options.functions.length} functions`);
}
