// Every backend that this machine can run, each instruction set on its own: numeric tests loop over this list.
// A backend that should be here and is not fails the suite: nothing is left out silently. FEEDFORWARD_TEST_BACKENDS (for example
// "reference,wasm") restricts the list to some backends.

import { fileURLToPath } from "node:url";
import type { Backend, BackendName } from "../src/backends/backend.js";
import type { BackendCandidate } from "../src/backends/choice.js";
import { createReferenceBackend } from "../src/backends/reference/index.js";
import { installBackends, setBackend } from "../src/backends/registry.js";
import { createWasmBackend } from "../src/backends/wasm/index.js";
import { type ModuleName, supportsRelaxedSimd } from "../src/backends/wasm/loader.js";
import { environmentDefaults, loadAddon } from "../src/node/native-loader.js";

export interface TestBackend {
  /** For the names of tests: "native/avx2". */
  readonly label: string;
  readonly name: BackendName;
  readonly isa: string;
  /** The backend with this instruction set chosen. Instruction sets belong to the process: call it in `beforeAll`. */
  create(): Backend;
  /** Makes it the backend of the package, as `setBackend` does. */
  use(): Promise<void>;
}

const wanted = process.env.FEEDFORWARD_TEST_BACKENDS?.split(",") ?? ["reference", "native", "wasm"];
// Another build of the addon to test, for example for another processor (scripts/test-arm64.mjs).
const addon = process.env.FEEDFORWARD_TEST_ADDON ?? "build/Release/feedforward.node";
export const addonFile = fileURLToPath(new URL(`../${addon}`, import.meta.url));

const native: BackendCandidate = { name: "native", label: addon, load: async () => loadAddon(addonFile) };
installBackends([native], () => environmentDefaults(process.env));

// What this engine can run of the WebAssembly modules; what Emscripten builds is simd128 alone.
export const wasmModules: readonly ModuleName[] =
  supportsRelaxedSimd() && process.env.FEEDFORWARD_TEST_WASM === undefined ? ["simd128", "relaxed"] : ["simd128"];

async function load(name: string): Promise<Backend[]> {
  if (name === "reference") return [createReferenceBackend()];
  if (name === "wasm") return await Promise.all(wasmModules.map((module) => createWasmBackend({ module })));
  if (name === "native") return [loadAddon(addonFile)];
  throw new Error(`FEEDFORWARD_TEST_BACKENDS: unknown backend "${name}"`);
}

async function list(): Promise<TestBackend[]> {
  const loaded = (await Promise.all(wanted.map(load))).flat();
  return loaded.flatMap((backend) =>
    backend.isas.map((isa) => ({
      label: `${backend.name}/${isa}`,
      name: backend.name,
      isa,
      create: () => {
        backend.setIsa(isa);
        return backend;
      },
      use: () => setBackend(backend.name, { isa }),
    })),
  );
}

export const testBackends: readonly TestBackend[] = await list();
