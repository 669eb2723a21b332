// Hosts on which modules with threads cannot run: the choice goes on, and tells why.
import { afterEach, describe, expect, it, vi } from "vitest";
import { createWasmBackend } from "../../../src/backends/wasm/index.js";
import "../../backends.js";

afterEach(() => vi.unstubAllGlobals());

const load = () => createWasmBackend({ module: "simd128-threads" });

describe("modules with threads", () => {
  it("are refused by pages that are not isolated", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    await expect(load()).rejects.toThrow(
      "wasm backend: expected memory that threads can share, received a page that is not isolated from other origins. The headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp isolate it.",
    );
  });

  it("are refused by engines without SharedArrayBuffer", async () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    await expect(load()).rejects.toThrow(
      "wasm backend: expected memory that threads can share, received an engine without SharedArrayBuffer.",
    );
  });

  it("are refused when there is no shared memory, and take less when there is little", async () => {
    const { Memory } = WebAssembly;
    let most = 0;
    vi.stubGlobal("WebAssembly", {
      ...Object.fromEntries(
        Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
      ),
      Memory: class extends Memory {
        constructor(descriptor: WebAssembly.MemoryDescriptor) {
          if ((descriptor.maximum ?? 0) > most) throw new RangeError("could not allocate memory");
          super(descriptor);
        }
      },
    });
    await expect(load()).rejects.toThrow(
      "wasm backend: expected memory that threads can share, received could not allocate memory.",
    );
    most = 20_000;
    expect((await load()).isas).toEqual(["simd128"]);
  });
});
