// The order of the attempts, the explicit choice, and what is told about failures: with made-up candidates, and with broken files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Backend, BackendName } from "../../src/backends/backend.js";
import { type BackendCandidate, BackendRegistry } from "../../src/backends/choice.js";
import { parseManifest } from "../../src/backends/manifest.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { createWasmBackend } from "../../src/backends/wasm/index.js";
import { instantiate, supportsSimd } from "../../src/backends/wasm/instance.js";
import { embeddedModule } from "../../src/backends/wasm/loader.js";
import { BackendError } from "../../src/errors.js";
import { environmentDefaults, nativeCandidates } from "../../src/node/native-loader.js";
import { abiVersion, manifestHash } from "../../src/program/ops.gen.js";
import { version } from "../../src/version.js";
import { addonFile } from "../backends.js";

/** A backend that remembers what was set. */
function pretend(name: BackendName, isas: readonly string[] = ["scalar", "fast"]): Backend {
  let isa = isas.at(-1) as string;
  let threads = 2;
  return {
    name,
    isas,
    offThread: false,
    get isa() {
      return isa;
    },
    get threads() {
      return threads;
    },
    setIsa(wanted) {
      if (wanted !== "auto" && !isas.includes(wanted)) throw new BackendError(`no ${wanted}`);
      isa = wanted === "auto" ? (isas.at(-1) as string) : wanted;
    },
    setThreads(wanted) {
      threads = wanted === 0 ? 2 : wanted;
    },
    createProgram: () => {
      throw new Error("not used");
    },
  };
}

const works = (name: BackendName, isas?: readonly string[]): BackendCandidate => ({
  name,
  load: async () => pretend(name, isas),
});
const fails = (name: BackendName, label: string, reason: string): BackendCandidate => ({
  name,
  label,
  load: async () => {
    throw new Error(reason);
  },
});
const reference: BackendCandidate = { ...works("reference"), onlyExplicit: true };

describe("BackendRegistry", () => {
  it("takes the first that works and remembers why the others did not", async () => {
    const registry = new BackendRegistry("1.2.3", [
      fails("native", "native (a)", "damaged"),
      fails("native", "native (b)", "missing"),
      works("wasm"),
      reference,
    ]);
    await registry.ready();
    expect(registry.info()).toEqual({
      name: "wasm",
      isa: "fast",
      threads: 2,
      version: "1.2.3",
      tried: [
        { name: "native (a)", error: "damaged" },
        { name: "native (b)", error: "missing" },
      ],
    });
  });

  it("never takes the reference backend silently; the error tells all attempts and what to do", async () => {
    const registry = new BackendRegistry("1", [
      fails("native", "native (a)", "damaged"),
      fails("wasm", "wasm", "no SIMD"),
      reference,
    ]);
    await expect(registry.ready()).rejects.toThrow(
      new BackendError(
        'backend: no backend can be loaded. Tried:\n  native (a): damaged\n  wasm: no SIMD\nnpm run build:native builds the addon, npm run build:wasm the WebAssembly module; setBackend("reference") computes without either.',
      ),
    );
    await registry.set("reference");
    expect(registry.info().name).toBe("reference");
  });

  it("tells that there is none before it is ready", () => {
    const registry = new BackendRegistry("1", [works("wasm")]);
    expect(() => registry.current()).toThrow(
      "backend: expected a loaded backend, received none. Call `await ready()` before the Sync functions.",
    );
  });

  it("loads once for many callers, and tries a failed candidate again", async () => {
    let loads = 0;
    const registry = new BackendRegistry("1", [
      {
        name: "wasm",
        load: async () => {
          loads++;
          if (loads === 1) throw new Error("not yet");
          return pretend("wasm");
        },
      },
    ]);
    await expect(Promise.all([registry.ready(), registry.ready()])).rejects.toThrow("not yet");
    expect(loads).toBe(1);
    await Promise.all([registry.ready(), registry.ready(), registry.ready()]);
    await registry.ready();
    await registry.set("wasm", { threads: 1 });
    expect(loads).toBe(2);
    expect(registry.info().threads).toBe(1);
  });

  it("keeps the present backend when another cannot be had", async () => {
    const registry = new BackendRegistry("1", [works("native"), fails("wasm", "wasm", "broken")]);
    await registry.set("native", { threads: 3, isa: "scalar" });
    await expect(registry.set("wasm")).rejects.toThrow(
      "backend: the wasm backend cannot be loaded. Tried:\n  wasm: broken\n",
    );
    await expect(registry.set("native", { isa: "avx9" })).rejects.toThrow("no avx9");
    await expect(registry.set("reference")).rejects.toThrow(
      "backend: the reference backend cannot be loaded: this entry of the package does not have it.",
    );
    expect(registry.info()).toMatchObject({ name: "native", threads: 3, isa: "scalar" });
  });

  it("refuses unknown names, options and numbers of threads", async () => {
    const registry = new BackendRegistry("1", [works("native")]);
    await expect(registry.set("nativ" as BackendName)).rejects.toThrow(
      'setBackend: expected a known name, received "nativ". Did you mean "native"? Known names: native, wasm, reference.',
    );
    await expect(registry.set("native", { threads: 0 })).rejects.toThrow(
      "setBackend: threads must be a positive integer, received 0.",
    );
    await expect(registry.set("native", { threads: 257 })).rejects.toThrow(RangeError);
    await expect(registry.set("native", { thread: 2 } as object)).rejects.toThrow('Did you mean "threads"?');
  });

  it("follows the environment until somebody chooses", async () => {
    const registry = new BackendRegistry("1", [works("wasm", ["simd"])]);
    registry.install([works("native")], () => ({ backend: "wasm", threads: 5, isa: "simd" }));
    await registry.ready();
    expect(registry.info()).toMatchObject({ name: "wasm", threads: 5, isa: "simd", tried: [] });
    await registry.set("native");
    expect(registry.info()).toMatchObject({ name: "native", threads: 5, isa: "fast" });
  });

  it("reports wrong values of the environment when a backend is loaded", async () => {
    const registry = new BackendRegistry("1", [works("wasm")]);
    registry.install([], () => ({ backend: "gpu" }));
    await expect(registry.ready()).rejects.toThrow('FEEDFORWARD_BACKEND: expected a known name, received "gpu".');
  });
});

describe("environmentDefaults", () => {
  it("reads the three variables", () => {
    const environment = { FEEDFORWARD_BACKEND: "wasm", FEEDFORWARD_THREADS: "3", FEEDFORWARD_ISA: "scalar" };
    expect(environmentDefaults(environment)).toEqual({ backend: "wasm", threads: 3, isa: "scalar" });
    expect(environmentDefaults({ FEEDFORWARD_BACKEND: "", FEEDFORWARD_THREADS: "" })).toEqual({});
    expect(() => environmentDefaults({ FEEDFORWARD_THREADS: "many" })).toThrow(
      "FEEDFORWARD_THREADS: threads must be a positive integer, received NaN.",
    );
  });
});

describe("addon files", () => {
  const platform = `${process.platform}-${process.arch}`;
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "feedforward-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const put = (file: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const registryOf = () => new BackendRegistry("1", [...nativeCandidates(root), works("wasm")]);

  it("names the places where there is none", async () => {
    const registry = registryOf();
    await registry.ready();
    const { name, tried } = registry.info();
    expect(name).toBe("wasm");
    expect(tried.map((attempt) => attempt.name)).toEqual(["native (prebuilt)", "native (built here)"]);
    expect(tried[0]?.error).toContain(`no prebuilt addon for ${platform}`);
    expect(tried[1]?.error).toContain("npm run build:native builds it from a clone");
  });

  /** What is told about an addon with this content. */
  async function errorOf(content: string | Uint8Array): Promise<string | undefined> {
    put(`prebuilds/${platform}/feedforward.node`, content);
    const registry = registryOf();
    await registry.ready();
    expect(registry.info().name).toBe("wasm");
    return registry.info().tried[0]?.error;
  }

  it("falls back from an empty file and from text, with the reason", async () => {
    const expectation = `${join(root, "prebuilds", platform, "feedforward.node")}: expected an addon for this machine`;
    expect(await errorOf("")).toContain(expectation);
    expect(await errorOf("404: Not Found")).toContain(expectation);
  });

  it("falls back from a file that was cut off", async () => {
    const addon = readFileSync(addonFile);
    for (const length of [100, 5000, Math.floor(addon.length / 2), addon.length - 1]) {
      expect(await errorOf(addon.subarray(0, length))).toMatch(/expected (a complete file|an addon for this machine)/);
    }
  });

  it.runIf(process.platform === "linux")("falls back from an addon for another processor", async () => {
    const foreign = Uint8Array.from(readFileSync(addonFile));
    foreign[18] = foreign[18] === 0x3e ? 0xb7 : 0x3e;
    expect(await errorOf(foreign)).toContain("received one for another processor (ELF machine");
  });

  it("falls back from a shared library that is no addon of ours", async () => {
    // The headers of an addon, its exported function renamed.
    const other = Uint8Array.from(readFileSync(addonFile));
    const name = new TextEncoder().encode("napi_register_module_v1");
    for (let i = 0; i < other.length; i++) {
      if (name.every((byte, j) => other[i + j] === byte)) other[i] = "N".charCodeAt(0);
    }
    expect(await errorOf(other)).toContain("expected an addon for this machine, received");
  });

  it("takes the prebuilt file of this C library before the one that was built here", async () => {
    const addon = readFileSync(addonFile);
    put(`prebuilds/${platform}/feedforward.musl.node`, "for another C library");
    put(`prebuilds/${platform}/feedforward.glibc.node`, addon);
    put("build/Release/feedforward.node", "never read");
    const registry = registryOf();
    await registry.ready();
    expect(registry.info()).toMatchObject({ name: "native", tried: [] });
  });
});

describe("candidates with known instruction sets", () => {
  const candidate = (isa: string, loads: string[]): BackendCandidate => ({
    ...works("wasm"),
    label: `wasm (${isa})`,
    isas: [isa],
    load: async () => {
      loads.push(isa);
      return pretend("wasm", [isa]);
    },
  });

  it("are loaded only when they have the wanted one", async () => {
    const loads: string[] = [];
    const registry = new BackendRegistry("1", [candidate("relaxed", loads), candidate("simd128", loads)]);
    await registry.set("wasm", { isa: "simd128" });
    expect(loads).toEqual(["simd128"]);
    expect(registry.info()).toMatchObject({
      isa: "simd128",
      tried: [
        { name: "wasm (relaxed)", error: "wasm backend: the instruction set must be relaxed, received simd128." },
      ],
    });
    await registry.set("wasm");
    expect(registry.info()).toMatchObject({ isa: "relaxed", tried: [] });
  });

  it("are not loaded for one thread when they have several", async () => {
    const loads: string[] = [];
    const registry = new BackendRegistry("1", [
      { ...candidate("relaxed", loads), label: "wasm (relaxed, threads)", threaded: true },
      candidate("simd128", loads),
    ]);
    await registry.set("wasm", { threads: 1 });
    expect(loads).toEqual(["simd128"]);
    expect(registry.info().tried).toEqual([{ name: "wasm (relaxed, threads)", error: "one thread needs no others" }]);
    await registry.set("wasm", { threads: 2 });
    expect(loads).toEqual(["simd128", "relaxed"]);
    await registry.set("wasm");
    expect(registry.info()).toMatchObject({ isa: "relaxed", tried: [] });
  });

  it("heed the default of the environment", async () => {
    const loads: string[] = [];
    const registry = new BackendRegistry("1", []);
    registry.install([candidate("relaxed", loads), candidate("simd128", loads)], () => ({ isa: "simd128" }));
    await registry.set("wasm");
    await registry.ready();
    expect(loads).toEqual(["simd128"]);
  });
});

describe("wasm modules", () => {
  it("are supported by this engine", () => {
    expect(supportsSimd()).toBe(true);
  });

  it("are refused when damaged, cut off, or not ours", async () => {
    const bytes = await embeddedModule("simd128");
    const start = "wasm backend: expected a WebAssembly module that can be loaded, received";
    await expect(createWasmBackend({ bytes: bytes.slice(0, 2000) })).rejects.toThrow(start);
    await expect(createWasmBackend({ bytes: bytes.with(0, 1) })).rejects.toThrow(start);
    await expect(createWasmBackend({ bytes: new Uint8Array(0) })).rejects.toThrow(start);
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await expect(instantiate(empty)).rejects.toThrow(
      "expected the module of feedforward, received a module without ff_describe",
    );
  });

  it("are refused when they were built from another table of operations", () => {
    const text = JSON.stringify({ abi: 1, hash: "0123456789abcdef", isas: [], isa: "scalar", threads: 1 });
    expect(() => parseManifest("wasm backend", text, "Run npm run build:wasm.")).toThrow(
      new BackendError(
        `wasm backend: the core must have version ${abiVersion} and the table of operations ${manifestHash}, received version 1 and table 0123456789abcdef. Run npm run build:wasm.`,
      ),
    );
  });

  it("are small enough for a page", () => {
    // 60 KiB.
    for (const name of ["simd128", "relaxed", "simd128-threads", "relaxed-threads"]) {
      const file = new URL(`../../build/wasm/feedforward-${name}.wasm`, import.meta.url);
      expect(gzipSync(readFileSync(file), { level: 9 }).length, name).toBeLessThanOrEqual(61_440);
    }
  });

  it("have one instruction set each", async () => {
    const backend = await createWasmBackend();
    expect(backend.isas).toEqual(["simd128"]);
    expect(() => backend.setIsa("scalar")).toThrow("wasm backend: ");
    expect(backend.isa).toBe("simd128");
  });
});

describe("the package", () => {
  it("knows its version", () => {
    const file = new URL("../../package.json", import.meta.url);
    expect(version).toBe((JSON.parse(readFileSync(file, "utf8")) as { version: string }).version);
  });

  it("has the reference backend in float32", () => {
    expect(createReferenceBackend().isas).toEqual(["javascript"]);
  });
});
