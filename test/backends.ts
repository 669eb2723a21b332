// Every backend that this machine can run, each instruction set on its own: numeric tests loop over this list.
// A backend that should be here and is not fails the suite: nothing is left out silently. FEEDFORWARD_TEST_BACKENDS (for example
// "reference,wasm") restricts the list to some backends.

import { fileURLToPath } from "node:url";
import type { Backend, BackendName } from "../src/backends/backend.js";
import type { BackendCandidate } from "../src/backends/choice.js";
import { createReferenceBackend } from "../src/backends/reference/index.js";
import { installBackends, setBackend } from "../src/backends/registry.js";
import { createWasmBackend } from "../src/backends/wasm/index.js";
import { supportsRelaxedSimd } from "../src/backends/wasm/instance.js";
import type { ModuleName } from "../src/backends/wasm/loader.js";
import { loadRareCode } from "../src/models/late.js";
import { installNodeHelpers } from "../src/node/helper-worker.js";
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
installNodeHelpers();
// As `await ready()` does for the Sync functions.
await loadRareCode();

// What this engine can run of the WebAssembly modules; what Emscripten builds is simd128 alone.
const isas = supportsRelaxedSimd() ? (["simd128", "relaxed"] as const) : (["simd128"] as const);
export const wasmModules: readonly ModuleName[] =
  process.env.FEEDFORWARD_TEST_WASM === undefined
    ? isas.flatMap((isa) => [isa, `${isa}-threads` as const])
    : ["simd128"];

interface Loaded {
  readonly backend: Backend;
  /** Fixed for modules of wasm: as many as the test wants; the machine's number elsewhere. */
  readonly threads?: number;
}

async function loadWasm(module: ModuleName): Promise<Loaded> {
  const backend = await createWasmBackend({ module });
  const threads = module.endsWith("-threads") ? 2 : 1;
  await backend.setThreads(threads);
  return { backend, threads };
}

async function load(name: string): Promise<Loaded[]> {
  if (name === "reference") return [{ backend: createReferenceBackend() }];
  if (name === "wasm") return await Promise.all(wasmModules.map(loadWasm));
  if (name === "native") return [{ backend: loadAddon(addonFile) }];
  throw new Error(`FEEDFORWARD_TEST_BACKENDS: unknown backend "${name}"`);
}

async function list(): Promise<TestBackend[]> {
  const loaded = (await Promise.all(wanted.map(load))).flat();
  return loaded.flatMap(({ backend, threads }) =>
    backend.isas.map((isa) => ({
      label: `${backend.name}/${isa}${threads === 2 ? "-threads" : ""}`,
      name: backend.name,
      isa,
      create: () => {
        backend.setIsa(isa);
        return backend;
      },
      use: () => setBackend(backend.name, { isa, ...(threads !== undefined && { threads }) }),
    })),
  );
}

export const testBackends: readonly TestBackend[] = await list();
