// The backends of this machine with each of their instruction sets and numbers of threads.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Backend } from "../src/backends/backend.js";
import { createReferenceBackend } from "../src/backends/reference/index.js";
import { createWasmBackend } from "../src/backends/wasm/index.js";
import { supportsRelaxedSimd } from "../src/backends/wasm/instance.js";
import { loadAddon } from "../src/node/native-loader.js";

export interface Setting {
  readonly name: "native" | "wasm" | "reference";
  readonly isa: string;
  readonly threads: number;
  readonly label: string;
}

export interface BackendSetting extends Setting {
  readonly backend: Backend;
  /** Chooses this instruction set and number of threads, which belong to the process. */
  activate(): void;
}

export interface Found {
  readonly settings: readonly BackendSetting[];
  /** Reasons for what is missing. */
  readonly missing: readonly string[];
}

/**
 * The best instruction set of each backend with one thread and with all threads of the machine, two of them at least. The others with
 * one thread: all of them with `every`, else those of WebAssembly, where a browser may lack the best.
 */
export async function findSettings(every: boolean): Promise<Found> {
  const file = fileURLToPath(new URL("../build/Release/feedforward.node", import.meta.url));
  const loaders = {
    native: async () => loadAddon(file),
    wasm: () => createWasmBackend({ module: supportsRelaxedSimd() ? "relaxed" : "simd128" }),
    reference: async () => createReferenceBackend(),
  };
  const settings: BackendSetting[] = [];
  const missing: string[] = [];
  for (const load of Object.values(loaders)) {
    try {
      const backend = await load();
      const best = backend.isa;
      const others = backend.isas.filter(
        (isa) => isa !== best && (every || (backend.name === "wasm" && isa !== "scalar")),
      );
      const isas = [best, ...others];
      settings.push(...isas.map((isa) => setting(backend, isa, 1)));
      backend.setThreads(2);
      if (backend.threads > 1) settings.push(setting(backend, best, Math.max(2, availableParallelism())));
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { settings, missing };
}

function setting(backend: Backend, isa: string, threads: number): BackendSetting {
  return {
    name: backend.name,
    isa,
    threads,
    label: `${backend.name === "reference" ? "reference" : `${backend.name}/${isa}`} x${threads}`,
    backend,
    activate: () => {
      backend.setIsa(isa);
      backend.setThreads(threads);
    },
  };
}
