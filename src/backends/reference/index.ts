// The reference backend: every program in plain TypeScript, in float32 or float64. It is the oracle of the other backends,
// and what remains where neither an addon nor WebAssembly runs. Formulas come before speed here.

import { BackendError, explain } from "../../errors.js";
import { validateProgram } from "../../program/validate.js";
import type { Backend } from "../backend.js";
import { ReferenceExecutable } from "./executable.js";

export interface ReferenceOptions {
  /** Type of the arena; float64 is for gradient checks and tests. */
  readonly dtype?: "float32" | "float64";
}

export interface ReferenceBackend extends Backend {
  readonly name: "reference";
  createProgram(words: Int32Array): ReferenceExecutable;
}

/** Creates the backend; every program gets an arena of its own. */
export function createReferenceBackend(options: ReferenceOptions = {}): ReferenceBackend {
  const isa = options.dtype === "float64" ? "float64" : "javascript";
  return {
    name: "reference",
    isa,
    threads: 1,
    isas: [isa],
    offThread: false,
    setIsa(name) {
      if (name !== isa && name !== "auto") {
        throw new BackendError(
          explain("reference backend", `the instruction set must be "${isa}"`, JSON.stringify(name)),
        );
      }
    },
    // One thread does all the work, so that any wish is fulfilled by it: results never depend on the number.
    setThreads() {},
    createProgram(words) {
      const program = validateProgram(words);
      const arena =
        options.dtype === "float64" ? new Float64Array(program.arenaLength) : new Float32Array(program.arenaLength);
      return new ReferenceExecutable(program, arena);
    },
  };
}

export { ReferenceExecutable };
