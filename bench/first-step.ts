// How long a program waits for its first training step: importing the package, loading the core, building the model, one step. In fresh
// processes, native and WebAssembly in turns.

import { runChild } from "./child.js";
import { printTable } from "./report.js";
import { median, quantile } from "./timing.js";

export interface FirstStepResult {
  readonly backend: "native" | "wasm";
  /** Milliseconds, one for each process. */
  readonly import: readonly number[];
  readonly total: readonly number[];
}

export function benchFirstStep(backends: readonly ("native" | "wasm")[], processes: number): FirstStepResult[] {
  const results = backends.map((backend) => ({ backend, import: [] as number[], total: [] as number[] }));
  for (let i = 0; i <= processes; i++) {
    for (const { backend, import: imported, total } of results) {
      const times = runChild<{ import: number; total: number }>("first-step", backend);
      // The first one reads the files from the disk.
      if (i === 0) continue;
      imported.push(times.import);
      total.push(times.total);
    }
  }
  return results;
}

export function printFirstStep(results: readonly FirstStepResult[]): void {
  const rows = results.map(({ backend, import: imported, total }) => [
    backend,
    median(imported).toFixed(1),
    median(total).toFixed(1),
    quantile(total, 0.1).toFixed(1),
    quantile(total, 0.9).toFixed(1),
  ]);
  const head = ["backend", "import", "import and step", "10 %", "90 %"];
  printTable("Import and first step of 784-128-10, milliseconds in a fresh process", head, rows);
}
