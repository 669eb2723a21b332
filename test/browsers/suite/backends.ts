// Takes the place of test/backends.ts in a page: every backend that this browser can run.

import type { Backend } from "../../../src/backends/backend.js";
import { createReferenceBackend } from "../../../src/backends/reference/index.js";
import { setBackend } from "../../../src/backends/registry.js";
import { createWasmBackend } from "../../../src/backends/wasm/index.js";
import { supportsRelaxedSimd } from "../../../src/backends/wasm/instance.js";
import type { ModuleName } from "../../../src/backends/wasm/loader.js";
import { createWorkerBackend } from "../../../src/backends/wasm/worker-backend.js";
import { loadRareCode } from "../../../src/models/late.js";
import type { TestBackend } from "../../backends.js";

await loadRareCode();

const isas = supportsRelaxedSimd() ? (["simd128", "relaxed"] as const) : (["simd128"] as const);

export const wasmModules: readonly ModuleName[] = isas.flatMap((isa) =>
  crossOriginIsolated ? [isa, `${isa}-threads` as const] : [isa],
);

async function loadModule(module: ModuleName): Promise<TestBackend> {
  const threads = module.endsWith("-threads") ? 2 : 1;
  const backend = await createWasmBackend({ module });
  await backend.setThreads(threads);
  const isa = backend.isas[0] as string;
  return entry(backend, `wasm/${module}`, () => setBackend("wasm", { isa, threads }));
}

async function loadWorker(module: "simd128" | "relaxed"): Promise<TestBackend> {
  const backend = await createWorkerBackend({ module });
  return entry(backend, `wasm/${module}-worker`, () => setBackend("wasm", { isa: module, worker: true }));
}

function entry(backend: Backend, label: string, use: () => Promise<void>): TestBackend {
  const isa = backend.isas[0] as string;
  const create = () => {
    backend.setIsa(isa);
    return backend;
  };
  return { label, name: backend.name, isa, create, use };
}

export const testBackends: readonly TestBackend[] = [
  entry(createReferenceBackend(), "reference", () => setBackend("reference")),
  ...(await Promise.all(wasmModules.map(loadModule))),
  ...(await Promise.all(isas.map(loadWorker))),
];
