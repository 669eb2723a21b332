// Threads of the WebAssembly modules: workers that compute, that cannot be started, and that keep nobody waiting.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { BackendRegistry } from "../../../src/backends/choice.js";
import { type HelperStart, helperHost, installHelperHost } from "../../../src/backends/wasm/helpers.js";
import { createWasmBackend, wasmCandidates } from "../../../src/backends/wasm/index.js";
import { nodeHelperHost } from "../../../src/node/helper-worker.js";
import { wasmModules } from "../../backends.js";
import { buildProgram } from "../../program-words.js";

const host = helperHost();
afterEach(() => installHelperHost(host));

const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;

/** A product of 400 x 300 and 300 x 500, which the core cuts into several tasks. */
const [m, k, n] = [400, 300, 500];
const words = buildProgram({
  batchRows: m,
  tensors: [
    { rows: m, columns: k, batch: true },
    { rows: k, columns: n },
    { rows: m, columns: n, batch: true },
  ],
  instructions: [{ op: "matmul", operands: { c: 2, a: 0, b: 1 } }],
});

describe.each(wasmModules.filter((module) => module.endsWith("-threads")))("the module %s", (module) => {
  it("computes on its workers, the same bits with any number of threads", async () => {
    const starts: HelperStart[] = [];
    installHelperHost({
      ...host,
      start(message) {
        starts.push(message);
        return host.start(message);
      },
    });
    const backend = await createWasmBackend({ module });
    const program = backend.createProgram(words.words);
    const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));
    program.write(words.offsets[0] as number, values(m * k));
    program.write(words.offsets[1] as number, values(k * n));
    // In hexadecimal: 200,000 numbers are compared at once so.
    const product = () => {
      program.run(0, 1, m, state);
      return Buffer.from(program.read(words.offsets[2] as number, m * n).buffer).toString("hex");
    };
    const alone = product();
    for (const threads of [2, 4, 3, 1]) {
      await backend.setThreads(threads);
      expect(backend.threads).toBe(threads);
      for (let i = 0; i < 20; i++) expect(product() === alone).toBe(true);
    }
    expect(starts.map(({ worker }) => worker)).toEqual([1, 2, 3]);
    // Whoever computes leaves traces on its stack.
    await backend.setThreads(2);
    const { memory, stack } = starts[0] as HelperStart;
    const stackOf = () => new Uint8Array(memory.buffer).slice(stack - 4096, stack);
    new Uint8Array(memory.buffer).fill(0xa5, stack - 4096, stack - 2048);
    const before = stackOf();
    let worked = false;
    for (let i = 0; i < 2000 && !worked; i++) {
      product();
      worked = stackOf().some((byte, j) => byte !== before[j]);
    }
    expect(worked).toBe(true);
    program.dispose();
  });
});

describe("workers that cannot be started", () => {
  /** What the choice tells after the workers ran this program. */
  async function choose(program: string) {
    installHelperHost(nodeHelperHost(program));
    const candidates = wasmCandidates.filter(({ isas }) => isas?.includes("simd128"));
    const registry = new BackendRegistry("1", candidates);
    await registry.set("wasm", { threads: 2 });
    return registry.info();
  }

  it("make the choice fall to the module without threads, with the reason", async () => {
    const name = "wasm (simd128, threads)";
    expect(await choose("throw new Error('no more');")).toMatchObject({
      isa: "simd128",
      threads: 1,
      tried: [{ name, error: "wasm backend: a worker cannot be started: Error: no more" }],
    });
    expect(await choose("process.exit(3);")).toMatchObject({
      threads: 1,
      tried: [{ name, error: "wasm backend: a worker cannot be started: it ended with code 3" }],
    });
  });

  it("leave the number of threads as it was", async () => {
    const backend = await createWasmBackend({ module: "simd128-threads" });
    await backend.setThreads(2);
    installHelperHost(nodeHelperHost("throw new Error('no more');"));
    await expect(backend.setThreads(3)).rejects.toThrow("wasm backend: a worker cannot be started: Error: no more");
    expect(backend.threads).toBe(2);
    installHelperHost(host);
    await backend.setThreads(3);
    expect(backend.threads).toBe(3);
  });
});

describe("the process", () => {
  const child = (name: string, load: string) => `
    const load = async () => ${load};
    load().then(async ({ setBackend, backendInfo, layers, sequential }) => {
      await setBackend("wasm", { threads: 2, isa: "simd128" });
      const net = sequential([layers.dense({ units: 300, inputShape: [300] })]);
      net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      await net.fit(new Float32Array(300 * 256), new Float32Array(300 * 256), { epochs: 3, batchSize: 128, verbose: 0 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const begin = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { user, system } = process.cpuUsage(begin);
      console.log(JSON.stringify({ entry: "${name}", threads: backendInfo().threads, idle: user + system }));
    });`;
  const entry = (file: string) => JSON.stringify(fileURLToPath(new URL(`../../../dist/${file}`, import.meta.url)));

  it.each([
    ["esm", `import(${entry("esm/node.js")})`],
    ["cjs", `require(${entry("cjs/node.js")})`],
  ])("ends by itself (%s) and burns nothing while nobody computes", async (name, load) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", child(name, load)], { timeout: 50_000 });
    const { threads, idle } = JSON.parse(stdout) as { threads: number; idle: number };
    expect(threads).toBe(2);
    // A worker that looks for work all the time would take 300,000 us.
    expect(idle).toBeLessThan(150_000);
  });
});
