// Loads the WebAssembly module that the package embeds: no generated glue, no eval, no second request.

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

/** A module with one function whose only content is `i32.const 0; i8x16.splat; drop`: valid where SIMD is. */
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11],
);

/** True when this engine has WebAssembly with 128-bit SIMD. */
export function supportsSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(simdProbe);
}

/** The bytes that scripts/build-wasm.mjs has embedded into the package. */
export async function embeddedModule(): Promise<Uint8Array<ArrayBuffer>> {
  const { default: base64, reason } = await import("#wasm/simd128");
  if (base64 === "") {
    throw new BackendError(
      explain("wasm backend", "expected a WebAssembly module in the package", "none", `${reason}.`),
    );
  }
  return decodeBase64(base64);
}

/** 4 ms for the module; Uint8Array.from with a function takes 60. */
function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Compiles and instantiates a module; throws a BackendError when it cannot run here or is not ours. */
export async function instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<Core> {
  if (!supportsSimd()) {
    const received = typeof WebAssembly === "object" ? "WebAssembly without it" : "no WebAssembly";
    throw new BackendError(explain("wasm backend", "expected an engine with WebAssembly SIMD", received, "Update it."));
  }
  let exports: Record<string, unknown>;
  try {
    const module = await WebAssembly.compile(bytes);
    exports = (await WebAssembly.instantiate(module, importsOf(module))).exports;
  } catch (error) {
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
  return new Core(exports as unknown as CoreExports);
}

/** Our module imports nothing. One that Emscripten has built imports notifications, which may be ignored. */
function importsOf(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function") throw new BackendError(`wasm backend: the module needs ${space}.${name}, a ${kind}.`);
    imports[space] = { ...imports[space], [name]: () => 0 };
  }
  return imports;
}
