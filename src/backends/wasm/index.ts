// The WebAssembly backend: the C++ core, compiled for browsers and for hosts without an addon, on the JavaScript thread.

import { BackendError, explain } from "../../errors.js";
import type { Backend } from "../backend.js";
import type { BackendCandidate } from "../choice.js";
import { parseManifest } from "../manifest.js";
import { WasmExecutable } from "./executable.js";
import { embeddedModule, instantiate, type ModuleName, supportsRelaxedSimd } from "./loader.js";

export interface WasmOptions {
  /** Default "simd128", which runs everywhere. */
  readonly module?: ModuleName;
  /** A module to use instead of the embedded one. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Loads the module and checks that it belongs to this package. */
export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const { module = "simd128" } = options;
  if (module === "relaxed" && !supportsRelaxedSimd()) {
    const remedy = "The module simd128 does without; Node 20 has it with --experimental-wasm-relaxed-simd.";
    throw new BackendError(
      explain("wasm backend", "expected an engine with relaxed SIMD", "WebAssembly without it", remedy),
    );
  }
  const core = await instantiate(options.bytes ?? (await embeddedModule(module)));
  const manifest = () => parseManifest("wasm backend", core.describe(), "Run npm run build:wasm.");
  const { isas } = manifest();
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
    setThreads: (threads) => core.check(core.exports.ff_set_threads(threads)),
    createProgram: (words) => new WasmExecutable(core, words),
  };
}

/** One candidate a module, the fastest first. */
export const wasmCandidates: readonly BackendCandidate[] = (["relaxed", "simd128"] as const).map((module) => ({
  name: "wasm",
  label: `wasm (${module})`,
  isas: [module],
  load: () => createWasmBackend({ module }),
}));
