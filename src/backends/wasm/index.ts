// The WebAssembly backend: the C++ core, compiled for browsers and for hosts without an addon, on the JavaScript thread.

import type { Backend } from "../backend.js";
import { parseManifest } from "../manifest.js";
import { WasmExecutable } from "./executable.js";
import { embeddedModule, instantiate } from "./loader.js";

export interface WasmOptions {
  /** A module to use instead of the embedded one. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Loads the module and checks that it belongs to this package. */
export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const core = await instantiate(options.bytes ?? (await embeddedModule()));
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
