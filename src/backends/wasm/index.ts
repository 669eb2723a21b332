// The WebAssembly backend: the C++ core, compiled for browsers and for hosts without an addon. It is called on the
// JavaScript thread; modules with threads compute on workers besides.

import { BackendError, explain } from "../../errors.js";
import type { Backend } from "../backend.js";
import type { BackendCandidate } from "../choice.js";
import { parseManifest } from "../manifest.js";
import { WasmExecutable } from "./executable.js";
import { HelperPool } from "./helper-pool.js";
import { checkHelpers } from "./helpers.js";
import { instantiate, supportsRelaxedSimd } from "./instance.js";
import { embeddedModule, type ModuleName } from "./loader.js";

export interface WasmOptions {
  /** Default "simd128", which runs everywhere. */
  readonly module?: ModuleName;
  /** A module to use instead of the embedded one. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Loads the module and checks that it belongs to this package. */
export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const { module = "simd128" } = options;
  checkModule(module);
  if (hasThreads(module)) checkHelpers();
  const core = await instantiate(options.bytes ?? (await embeddedModule(module)));
  const manifest = () => parseManifest("wasm backend", core.describe(), "Run npm run build:wasm.");
  const { isas } = manifest();
  const pool = hasThreads(module) ? new HelperPool(core) : undefined;
  return {
    name: "wasm",
    isas,
    offThread: false,
    get isa() {
      return manifest().isa;
    },
    get threads() {
      return manifest().threads;
    },
    setIsa: (isa) => core.setIsa(isa),
    setThreads: (threads) => pool?.setThreads(threads) ?? core.check(core.exports.ff_set_threads(threads)),
    createProgram: (words) => new WasmExecutable(core, words),
  };
}

function checkModule(module: ModuleName): void {
  if (module.startsWith("relaxed") && !supportsRelaxedSimd()) {
    const remedy = "The module simd128 does without; Node 20 has it with --experimental-wasm-relaxed-simd.";
    throw new BackendError(
      explain("wasm backend", "expected an engine with relaxed SIMD", "WebAssembly without it", remedy),
    );
  }
}

function hasThreads(module: ModuleName): boolean {
  return module.endsWith("-threads");
}

const modules = ["relaxed-threads", "simd128-threads", "relaxed", "simd128"] as const;

/** One candidate a module, the fastest first; then those that train in a worker. */
export const wasmCandidates: readonly BackendCandidate[] = [
  ...modules.map(
    (module): BackendCandidate => ({
      name: "wasm",
      label: `wasm (${module.replace("-", ", ")})`,
      isas: [module.replace("-threads", "")],
      threaded: hasThreads(module),
      load: () => createWasmBackend({ module }),
    }),
  ),
  ...(["relaxed", "simd128"] as const).map(
    (module): BackendCandidate => ({
      name: "wasm",
      label: `wasm (${module}, worker)`,
      isas: [module],
      inWorker: true,
      async load() {
        checkModule(module);
        const { createWorkerBackend } = await import("./worker-backend.js");
        return await createWorkerBackend({ module });
      },
    }),
  ),
];
