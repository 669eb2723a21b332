// The addon itself: what it refuses, and that nothing ends it but its own end: workers, terminate, exit, transferred buffers.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { createNativeBackend, type NativeAddon } from "../../src/backends/native.js";
import { BackendError } from "../../src/errors.js";
import { addonFile } from "../backends.js";
import { buildProgram } from "../program-words.js";

const module: { exports: unknown } = { exports: {} };
process.dlopen(module, addonFile);
const native = module.exports as NativeAddon;
const anything = native as unknown as Record<string, (...values: unknown[]) => unknown>;

/** sum = sum + one; the batch tensor is only gathered. */
const { words } = buildProgram({
  tensors: [
    { rows: 1, columns: 1 },
    { rows: 1, columns: 1 },
    { rows: 1, columns: 1, batch: true },
  ],
  instructions: [{ op: "binary", operands: { z: 0, x: 0, y: 1 }, parameters: { function: "add" } }],
});

function requestOf(steps: number) {
  return {
    first: 0,
    updateFirst: 1,
    applyFirst: 1,
    last: 1,
    applyEvery: 1,
    batchRows: 1,
    order: new Int32Array(steps),
    learningRates: null,
    step: 0,
    seed: [0, 0] as const,
    columns: [{ tensor: 2, data: Float32Array.of(0), width: 1 }],
    reports: [0],
    reportValues: new Float32Array(steps),
  };
}

/** The types of ES2022 do not know the second argument. */
const resizable: ArrayBuffer = Reflect.construct(ArrayBuffer, [12, { maxByteLength: 24 }]);

const create = () => native.create(words, Float32Array.of(0, 1, 0));
const code = (name: string) => expect.objectContaining({ code: name });
const worker = fileURLToPath(new URL("./native-worker.mjs", import.meta.url));
const workerData = (mode: string) => ({ addonFile, words: [...words], mode });

describe("the backend", () => {
  it("creates programs over memory that begins with a cache line", () => {
    const arenas: Float32Array[] = [];
    const spy: NativeAddon = {
      ...native,
      create: (words, arena) => {
        arenas.push(arena);
        return native.create(words, arena);
      },
    };
    const executable = createNativeBackend(spy).createProgram(words);
    expect(arenas.map((arena) => [arena.length, native.alignedOffset(arena)])).toEqual([[3, 0]]);
    executable.write(0, [1, 2, 3]);
    expect([...executable.read(0, 3)]).toEqual([1, 2, 3]);
  });

  it("refuses a module that is not the addon", () => {
    expect(() => createNativeBackend({})).toThrow(
      /^native backend: expected the addon of feedforward, received a module without describe, setIsa/,
    );
    expect(() => createNativeBackend(null)).toThrow(BackendError);
  });

  it("refuses an addon with another table of operations", () => {
    const other = { ...native, describe: () => native.describe().replace(/"hash":"....../, '"hash":"000000') };
    expect(() => createNativeBackend(other)).toThrow(/the table of operations .*, received version 2 and table 000000/);
  });

  it("turns failures of the core into BackendErrors that keep their code", () => {
    const backend = createNativeBackend(native);
    expect(() => backend.createProgram(new Int32Array(3))).toThrow(BackendError);
    expect(() => backend.createProgram(new Int32Array(3))).toThrow(
      "native backend: program: expected at least 7 words, received 3.",
    );
    expect(() => backend.setIsa("mmx")).toThrow(code("FF_UNSUPPORTED"));
    expect(() => backend.setThreads(257)).toThrow(code("FF_INVALID_ARGUMENT"));
  });
});

describe("the addon", () => {
  it("tells where the first cache line of a memory begins", () => {
    const memory = new Float32Array(64);
    const offset = native.alignedOffset(memory);
    expect(offset).toBeLessThan(16);
    expect(native.alignedOffset(memory.subarray(offset))).toBe(0);
    for (let skip = 1; skip < 17; skip++) {
      expect(native.alignedOffset(memory.subarray(offset + skip)), `${skip} floats further`).toBe((32 - skip) % 16);
    }
  });

  it.each([
    ["arenaSize", [[1, 2]], /words: expected a typed array/],
    ["arenaSize", [new Float32Array(3)], /words: expected an Int32Array/],
    ["alignedOffset", [words], /memory: expected a Float32Array/],
    ["alignedOffset", [], /expected 1 arguments, received 0/],
    ["create", [words], /expected 2 arguments, received 1/],
    ["create", [words, new Float32Array(2)], /expected an arena of at least 3 floats, received 2/],
    ["create", [words, new Float32Array(resizable)], /arena: expected a buffer of fixed/],
    ["run", [{}, 0, 1, 1, 0, 0, 0, 0], /program: expected what create\(\) returned/],
    ["run", [create(), 0.5, 1, 1, 0, 0, 0, 0], /first: expected an integer/],
    ["run", [create(), 0, 1, 1, "1", 0, 0, 0], /learningRate: expected a number/],
    ["run", [create(), 0, 1, 1, 0, 0, 0, -1], /seed\[1\]: expected an integer/],
    ["run", [create(), 0, 2, 1, 0, 0, 0, 0], /expected a range within 1 instructions, received 0 to 2/],
    ["train", [create(), null], /first: expected an object/],
    ["setIsa", [7], /isa: expected a string/],
    ["setThreads", ["2"], /threads: expected a number/],
  ])("%s refuses %o", (name, values, message) => {
    expect(() => anything[name]?.(...values)).toThrow(message);
  });

  const shared = new Float32Array(new SharedArrayBuffer(4));
  const detached = Float32Array.of(0);
  structuredClone(detached, { transfer: [detached.buffer] });
  it.each([
    ["order", [0], /order: expected a typed array/],
    ["order", Int32Array.of(1), /expected row numbers from 0 to below 1, received 1/],
    ["seed", [1], /seed: expected two numbers/],
    ["columns", 3, /columns: expected an array/],
    ["columns", [null], /tensor: expected an object/],
    ["columns", [{ tensor: 2, width: 0, data: shared }], /columns: expected a width/],
    ["columns", [{ tensor: 0, width: 1, data: shared }], /column 0: expected a batch tensor/],
    ["columns", [{ tensor: 2, width: 1, data: new Float64Array(1) }], /columns: expected data in a Float32Array/],
    ["columns", [{ tensor: 2, width: 1, data: detached }], /columns: expected .* not detached/],
    ["outputs", [{ tensor: 2, width: 1, data: new Float32Array(0) }], /output 0: expected a row for each row/],
    ["reports", [2], /report 0: expected a fixed tensor of one row/],
    ["reports", [0, 1], /expected room for the reports of 1 steps, received 1 floats/],
    ["reportValues", new Float32Array(0), /expected an address for every list that is not empty, received null/],
  ])("train refuses %s %o", (name, value, message) => {
    expect(() => native.train(create(), { ...requestOf(1), [name]: value })).toThrow(message);
  });

  it("takes arrays of other realms and shared memory", () => {
    for (const data of [runInNewContext("Float32Array.of(0)") as Float32Array, shared]) {
      const columns = [{ tensor: 2, data, width: 1 }];
      expect(native.train(create(), { ...requestOf(2), columns })).toEqual({ status: "done", steps: 2 });
    }
  });

  it("survives getters that dispose of the program or detach a buffer", () => {
    const during = (action: () => void) => {
      const get = () => {
        action();
        return [];
      };
      return { get };
    };
    const program = create();
    const disposes = Object.defineProperty(
      requestOf(1),
      "reports",
      during(() => native.destroy(program)),
    );
    expect(() => native.train(program, disposes)).toThrow(/received a disposed one/);
    const request = requestOf(1);
    const { order } = request;
    const detaches = Object.defineProperty(
      request,
      "reports",
      during(() => void structuredClone(order, { transfer: [order.buffer] })),
    );
    expect(() => native.train(create(), detaches)).toThrow(/not detached/);
  });

  it("rejects when a buffer was transferred away during the execution", async () => {
    const request = requestOf(3_000_000);
    const program = create();
    const promise = native.trainAsync(program, request);
    const kept = structuredClone(request.order, { transfer: [request.order.buffer] });
    native.cancel(program);
    await expect(promise).rejects.toThrow(/a buffer was detached while it was in use/);
    expect(kept.length).toBe(3_000_000);
  });

  it("executes one call at a time, and frees a program after its last one", async () => {
    const program = create();
    const promise = native.trainAsync(program, requestOf(30_000_000));
    expect(() => native.run(program, 0, 1, 1, 0, 0, 0, 0)).toThrow(code("FF_BUSY"));
    expect(() => native.trainAsync(program, requestOf(1))).toThrow(code("FF_BUSY"));
    native.destroy(program);
    native.destroy(program);
    await expect(promise).resolves.toMatchObject({ status: "cancelled" });
    expect(() => native.run(program, 0, 1, 1, 0, 0, 0, 0)).toThrow(/received a disposed one/);
  });
});

describe("threads and ends", () => {
  it("computes in many workers at once", async () => {
    const results = Array.from({ length: 6 }, () => {
      const thread = new Worker(worker, { workerData: workerData("finish") });
      return new Promise((resolve, reject) => thread.on("message", resolve).on("error", reject));
    });
    for (const result of await Promise.all(results)) expect(result).toEqual({ status: "done", steps: 1000, sum: 1000 });
  });

  it.each(["terminate", "sync"])("survives worker.terminate() (%s)", async (mode) => {
    for (let i = 0; i < 4; i++) {
      const thread = new Worker(worker, { workerData: workerData(mode) });
      await new Promise((resolve, reject) => thread.once("message", resolve).on("error", reject));
      expect(await thread.terminate()).toBe(1);
    }
  });

  it("survives a worker that exits or throws while it trains", async () => {
    for (const [mode, expected] of [["exit", 3] as const, ["throw", 1] as const]) {
      const thread = new Worker(worker, { workerData: workerData(mode) });
      thread.on("error", () => undefined);
      expect(await new Promise((resolve) => thread.on("exit", resolve))).toBe(expected);
    }
  });

  it.each([
    ["exit", 3],
    ["throw", 1],
  ])("a process may end while it trains (%s)", (mode, status) => {
    const child = spawnSync(process.execPath, [worker, JSON.stringify(workerData(mode))], { encoding: "utf8" });
    expect({ status: child.status, signal: child.signal }).toEqual({ status, signal: null });
  });

  it("unloads with the last worker that used it", () => {
    const script = `const { Worker } = require("node:worker_threads");
      const run = (n) => n > 0 && new Worker(${JSON.stringify(worker)}, { workerData: ${JSON.stringify(workerData("finish"))} })
        .on("exit", () => run(n - 1));
      run(5);`;
    const child = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    expect({ status: child.status, stderr: child.stderr }).toEqual({ status: 0, stderr: "" });
  });
});
