// Instances of WebAssembly modules, and what this engine can run. No code here is imported dynamically: workers need it, too.

import { BackendError, explain } from "../../errors.js";
import { Core, type CoreExports } from "./core.js";

const functionNames = [
  "ff_describe",
  "ff_last_error",
  "ff_set_isa",
  "ff_set_threads",
  "ff_arena_size",
  "ff_create",
  "ff_run",
  "ff_train",
  "ff_cancel",
  "ff_destroy",
  "ff_alloc",
  "ff_free",
] as const satisfies readonly (keyof CoreExports)[];

// Modules with one function: `i32.const 0; i8x16.splat; drop`, and the same splat thrice before `f32x4.relaxed_madd; drop`.
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11],
);
const relaxedProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[10, 20, 1, 18, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 26, 11],
);

/** True when this engine has WebAssembly with 128-bit SIMD. */
export function supportsSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(simdProbe);
}

/** True when this engine has relaxed SIMD: fused multiply-add. */
export function supportsRelaxedSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(relaxedProbe);
}

/** Instantiates a module, which is compiled first if need be; throws a BackendError when it cannot run here or is not ours. */
export async function instantiate(source: Uint8Array<ArrayBuffer> | WebAssembly.Module): Promise<Core> {
  if (!supportsSimd()) {
    const received = typeof WebAssembly === "object" ? "WebAssembly without it" : "no WebAssembly";
    throw new BackendError(explain("wasm backend", "expected an engine with WebAssembly SIMD", received, "Update it."));
  }
  let module: WebAssembly.Module;
  let exports: Record<string, unknown>;
  try {
    module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    exports = (await WebAssembly.instantiate(module, importsOf(module))).exports;
  } catch (error) {
    if (error instanceof BackendError) throw error;
    const received = error instanceof Error ? error.message : String(error);
    throw new BackendError(
      explain(
        "wasm backend",
        "expected a WebAssembly module that can be loaded",
        received,
        "Install the package anew.",
      ),
      { cause: error },
    );
  }
  const missing = functionNames.filter((name) => typeof exports[name] !== "function");
  if (missing.length > 0 || !(exports.memory instanceof WebAssembly.Memory)) {
    const received = `a module without ${[...missing, "memory"].join(", ")}`;
    throw new BackendError(explain("wasm backend", "expected the module of feedforward", received, "Install it anew."));
  }
  // A module of Emscripten sets up its C library here; ours has nothing to set up.
  if (typeof exports._initialize === "function") exports._initialize();
  return new Core(exports as unknown as CoreExports, module);
}

/**
 * A module without threads imports nothing, one with threads its memory. What Emscripten has built imports notifications, which may
 * be ignored.
 */
function importsOf(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function" && kind !== "memory") {
      throw new BackendError(`wasm backend: the module needs ${space}.${name}, a ${kind}.`);
    }
    imports[space] = { ...imports[space], [name]: kind === "memory" ? sharedMemory() : () => 0 };
  }
  return imports;
}

/** Memory that threads share. All that it may ever need is reserved at once: where that is too much, less will do. */
function sharedMemory(): WebAssembly.Memory {
  let refusal: unknown;
  for (const maximum of [65536, 32768, 16384, 4096]) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch (error) {
      refusal = error;
    }
  }
  const received = refusal instanceof Error ? refusal.message : String(refusal);
  throw new BackendError(explain("wasm backend", "expected memory that threads can share", received), {
    cause: refusal,
  });
}
