// Loads the WebAssembly module that the package embeds: no generated glue, no eval, no second request.

import { BackendError, explain } from "../../errors.js";

/** The modules that scripts/build-wasm.mjs embeds; each is loaded only when it is chosen. */
const embedded = {
  "relaxed-threads": () => import("#wasm/relaxed-threads"),
  "simd128-threads": () => import("#wasm/simd128-threads"),
  relaxed: () => import("#wasm/relaxed"),
  simd128: () => import("#wasm/simd128"),
} as const;

export type ModuleName = keyof typeof embedded;

/** The bytes of a module that scripts/build-wasm.mjs has embedded into the package. */
export async function embeddedModule(name: ModuleName): Promise<Uint8Array<ArrayBuffer>> {
  const { default: base64, reason } = await embedded[name]();
  if (base64 === "") {
    throw new BackendError(
      explain("wasm backend", "expected a WebAssembly module in the package", "none", `${reason}.`),
    );
  }
  const stream = new Blob([decodeBase64(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A loop: Uint8Array.from with a function takes 15 times as long. */
function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
