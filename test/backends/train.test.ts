// Execution on every backend: ranges, many steps in one call, partial batches, cancelling, disposal, and wrong arguments.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import type { Backend, Executable, StepState, TrainRequest } from "../../src/backends/backend.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { RandomStream, seedFrom, shuffledRows } from "../../src/random/philox.js";
import { testBackends } from "../backends.js";
import { buildProgram } from "../program-words.js";

const inputs = 3;
const units = 5;
const batchRows = 8;
const rows = 43;

/** Arena: a network of 3-5-1 with mean squared error and Adam, in two ranges: [0, 9) computes, [9, 11) updates. */
const tensors = {
  x: { rows: batchRows, columns: inputs, batch: true },
  target: { rows: batchRows, columns: 1, batch: true },
  w: { rows: inputs, columns: units },
  v: { rows: units, columns: 1 },
  h: { rows: batchRows, columns: units, batch: true },
  prediction: { rows: batchRows, columns: 1, batch: true },
  l: { rows: batchRows, columns: 1, batch: true },
  loss: { rows: 1, columns: 1 },
  one: { rows: 1, columns: 1 },
  dl: { rows: batchRows, columns: 1, batch: true },
  dprediction: { rows: batchRows, columns: 1, batch: true },
  dv: { rows: units, columns: 1 },
  dh: { rows: batchRows, columns: units, batch: true },
  dw: { rows: inputs, columns: units },
  mw: { rows: inputs, columns: units },
  vw: { rows: inputs, columns: units },
  mv: { rows: units, columns: 1 },
  vv: { rows: units, columns: 1 },
};
type Name = keyof typeof tensors;
const names = Object.keys(tensors) as Name[];
const index = (name: Name) => names.indexOf(name);
const operands = (list: Partial<Record<string, Name>>) =>
  Object.fromEntries(Object.entries(list).map(([operand, name]) => [operand, index(name as Name)]));
const adam = { function: "adam", learningRateScale: 1, o0: 0.9, o1: 0.999, o2: 1e-7 };
const { words, offsets } = buildProgram({
  batchRows,
  tensors: Object.values(tensors),
  instructions: [
    { op: "dense", operands: operands({ y: "h", x: "x", w: "w" }), parameters: { function: "tanh" } },
    { op: "dense", operands: operands({ y: "prediction", x: "h", w: "v" }), parameters: { function: "linear" } },
    {
      op: "loss",
      operands: operands({ l: "l", prediction: "prediction", target: "target" }),
      parameters: { function: "meanSquaredError" },
    },
    { op: "reduce", operands: operands({ y: "loss", x: "l" }), parameters: { function: "mean", axis: 2 } },
    { op: "fill", operands: operands({ y: "one" }), parameters: { value: 1 } },
    { op: "expand", operands: operands({ y: "dl", x: "one" }), parameters: { axis: 2, mean: 1 } },
    {
      op: "lossGrad",
      operands: operands({ dprediction: "dprediction", prediction: "prediction", target: "target", dl: "dl" }),
      parameters: { function: "meanSquaredError" },
    },
    { op: "denseWeightGrad", operands: operands({ dw: "dv", x: "h", dy: "dprediction" }) },
    {
      op: "denseInputGrad",
      operands: operands({ dx: "dh", dy: "dprediction", w: "v", x: "h" }),
      parameters: { function: "tanh" },
    },
    { op: "denseWeightGrad", operands: operands({ dw: "dw", x: "x", dy: "dh" }) },
    { op: "update", operands: operands({ p: "w", s0: "mw", s1: "vw", g: "dw" }), parameters: adam },
    { op: "update", operands: operands({ p: "v", s0: "mv", s1: "vv", g: "dv" }), parameters: adam },
  ],
});
const updateFirst = 10;
const last = 12;

const random = new RandomStream(seedFrom(8));
const uniforms = (n: number) => Float32Array.from({ length: n }, () => random.uniform(-1, 1));
const x = uniforms(rows * inputs);
const y = Float32Array.from({ length: rows }, (_, i) => 0.5 * (x[3 * i] as number) - (x[3 * i + 1] as number) ** 2);
const weights = { w: uniforms(inputs * units), v: uniforms(units) };
const state: StepState = { learningRate: 0, step: 0, seed: [0, 0] };

function start(backend: Backend): Executable {
  const program = backend.createProgram(words);
  program.write(offsets[index("w")] as number, weights.w);
  program.write(offsets[index("v")] as number, weights.v);
  return program;
}

function get(program: Executable, name: Name): number[] {
  const { rows: m, columns } = tensors[name];
  return [...program.read(offsets[index(name)] as number, m * columns)];
}

function request(epochs: number, changes: Partial<TrainRequest> = {}): TrainRequest {
  const order = Int32Array.from(
    Array.from({ length: epochs }, (_, epoch) => [...shuffledRows(rows, seedFrom(2), epoch)]).flat(),
  );
  return {
    first: 0,
    updateFirst,
    last,
    batchRows,
    order,
    learningRates: new Float32Array(Math.ceil(order.length / batchRows)).fill(0.02),
    step: 0,
    seed: [1, 2],
    columns: [
      { tensor: index("x"), data: x, width: inputs },
      { tensor: index("target"), data: y, width: 1 },
    ],
    reports: [index("loss")],
    ...changes,
  };
}

const close = (actual: number[], expected: number[], tolerance = 1e-4) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - (expected[i] as number))).toBeLessThan(tolerance);
};

const oracle = start(createReferenceBackend({ dtype: "float64" }));
const expected = oracle.train(request(10));

describe.each(testBackends)("$label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it("trains as the oracle does", () => {
    const program = start(backend);
    const result = program.train(request(10));
    expect([result.status, result.steps, result.reports.length]).toEqual(["done", 54, 54]);
    close([...result.reports], [...expected.reports]);
    close(get(program, "w"), get(oracle, "w"), 1e-3);
    expect(result.reports[53]).toBeLessThan((result.reports[0] as number) / 2);
    program.dispose();
  });

  it("gives the same bits asynchronously, in one call or in several, with any number of threads", async () => {
    const run = async (train: (program: Executable) => Promise<void>) => {
      const program = start(backend);
      await train(program);
      const result = [...get(program, "w"), ...get(program, "vv")];
      program.dispose();
      return result;
    };
    const all = request(10);
    const whole = await run(async (program) => void program.train(all));
    expect(await run(async (program) => void (await program.trainAsync(all)))).toEqual(whole);
    const parts = await run(async (program) => {
      for (let step = 0; step < 54; step += 20) {
        const order = all.order.subarray(step * batchRows, (step + 20) * batchRows);
        await program.trainAsync({ ...all, order, learningRates: new Float32Array(20).fill(0.02), step });
      }
    });
    expect(parts).toEqual(whole);
    const { threads } = backend;
    for (const other of [1, 2, 3]) {
      await backend.setThreads(other);
      expect(await run(async (program) => void program.train(all))).toEqual(whole);
    }
    await backend.setThreads(threads);
  });

  it("gives the same bits in both ways when steps take longer than a slice", async () => {
    // 1280 rows of 128 x 128: more than 12 ms a step in JavaScript and WebAssembly, so that the event loop gets turns within it.
    const [n, m] = [1280, 128];
    const big = buildProgram({
      batchRows: n,
      tensors: [
        { rows: n, columns: m, batch: true },
        { rows: m, columns: m },
        { rows: n, columns: m, batch: true },
        { rows: m, columns: m },
        { rows: 1, columns: 1 },
      ],
      instructions: [
        ...Array.from({ length: 4 }, () => [
          { op: "dense" as const, operands: { y: 2, x: 0, w: 1 }, parameters: { function: "tanh" } },
          { op: "denseWeightGrad" as const, operands: { dw: 3, x: 0, dy: 2 } },
        ]).flat(),
        { op: "reduce", operands: { y: 4, x: 2 }, parameters: { function: "sumSquares", axis: 2 } },
        { op: "update", operands: { p: 1, g: 3 }, parameters: { function: "sgd", learningRateScale: 1 } },
      ],
    });
    const draw = new RandomStream(seedFrom(4));
    const data = Float32Array.from({ length: 2 * n * m }, () => draw.uniform(-1, 1));
    const first = Float32Array.from({ length: m * m }, () => draw.uniform(-0.1, 0.1));
    const whole: TrainRequest = {
      ...request(0),
      ...{ updateFirst: 9, last: 10, batchRows: n, reports: [4], stopIfNotFinite: true },
      order: Int32Array.from({ length: 4 * n - 5 }, (_, i) => (i * 31) % (2 * n)),
      learningRates: Float32Array.from({ length: 4 }, (_, i) => 1e-5 * (i + 1)),
      columns: [{ tensor: 0, data, width: m }],
      outputs: [{ tensor: 2, data: new Float32Array(4 * n * m), width: m }],
    };
    const results = [];
    for (const asynchronous of [false, true]) {
      const program = backend.createProgram(big.words);
      program.write(big.offsets[1] as number, first);
      const { steps, reports, status } = asynchronous ? await program.trainAsync(whole) : program.train(whole);
      const w = program.read(big.offsets[1] as number, m * m);
      results.push({ steps, status, reports: [...reports], w: [...w], last: whole.outputs?.[0]?.data.slice(-3) });
      program.dispose();
    }
    expect(results[0]).toMatchObject({ steps: 4, status: "done" });
    expect(new Set(results[0]?.reports).size).toBe(4);
    expect(results[1]).toEqual(results[0]);
  });

  it("takes the same steps one by one through run", () => {
    const program = start(backend);
    const single = start(backend);
    const all = request(1);
    program.train(all);
    for (let s = 0; s < 6; s++) {
      const picked = all.order.slice(s * batchRows, (s + 1) * batchRows);
      for (const [r, row] of picked.entries()) {
        single.write((offsets[0] as number) + r * inputs, x.slice(row * inputs, (row + 1) * inputs));
        single.write((offsets[1] as number) + r, y.slice(row, row + 1));
      }
      single.run(0, last, picked.length, { learningRate: 0.02, step: s, seed: [1, 2] });
    }
    expect(get(single, "w")).toEqual(get(program, "w"));
    program.dispose();
    single.dispose();
  });

  it("predicts: outputs in the order of the rows, without an update, from every type of data", async () => {
    const program = start(backend);
    const order = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
    const output = new Float32Array(rows + 3).fill(-7);
    const bytes = Uint8Array.from({ length: rows * inputs }, (_, i) => (i * 37) % 256);
    const predict = async (data: Float32Array | Uint8Array | Int32Array) => {
      const result = await program.trainAsync({
        ...request(1),
        ...{ last: 2, updateFirst: 2, order, learningRates: null, reports: [] },
        columns: [{ tensor: index("x"), data, width: inputs }],
        outputs: [{ tensor: index("prediction"), data: output, width: 1 }],
      });
      expect([result.status, result.steps, result.reports.length]).toEqual(["done", 6, 0]);
      return [...output];
    };
    const fromFloats = await predict(Float32Array.from(bytes));
    expect(fromFloats.slice(rows)).toEqual([-7, -7, -7]);
    expect(await predict(bytes)).toEqual(fromFloats);
    expect(await predict(Int32Array.from(bytes))).toEqual(fromFloats);
    expect(get(program, "w")).toEqual([...weights.w]);
    const row = rows - 1;
    program.write(0, bytes.slice(row * inputs, (row + 1) * inputs));
    await program.runAsync(0, 2, 1, state);
    expect(get(program, "prediction")[0]).toBe(fromFloats[0]);
    program.dispose();
  });

  it("stops before the update of a step whose loss is not finite", async () => {
    const program = start(backend);
    const broken = y.slice();
    const all = request(1, { stopIfNotFinite: true });
    broken[all.order[3 * batchRows + 1] as number] = Number.NaN;
    const columns = [all.columns[0] as (typeof all.columns)[0], { tensor: index("target"), data: broken, width: 1 }];
    const result = await program.trainAsync({ ...all, columns });
    expect([result.status, result.steps, result.reports.length]).toEqual(["notFinite", 3, 4]);
    expect(result.reports[3]).toBeNaN();
    const clean = start(backend);
    clean.train({ ...all, order: all.order.subarray(0, 3 * batchRows) });
    expect(get(program, "w")).toEqual(get(clean, "w"));
    program.dispose();
    clean.dispose();
  });

  it("lets timers run, refuses a second execution meanwhile, and stops when it is cancelled", async () => {
    const program = start(backend);
    const long = request(30_000);
    const training = program.trainAsync(long);
    expect(() => program.run(0, 1, 1, state)).toThrow();
    await expect(program.trainAsync(request(1))).rejects.toThrow();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    // Another thread has begun when the weights move; on a busy machine that takes its time. On this thread some steps are done
    // between any two turns of the timer.
    const begun = () => (backend.offThread ? get(program, "w")[0] !== weights.w[0] : ticks > 2);
    while (ticks === 0 || !begun()) await new Promise((resolve) => setTimeout(resolve, 1));
    program.cancel();
    const result = await training;
    clearInterval(timer);
    expect(result.status).toBe("cancelled");
    expect(result.steps).toBeGreaterThan(0);
    expect(result.steps).toBeLessThan(Math.ceil(long.order.length / batchRows));
    expect(result.reports.length).toBe(result.steps);
    expect(program.train(request(1)).status).toBe("done");
    program.dispose();
  });

  it("adds gradients up and applies them every so many steps, in one call or in several", async () => {
    const fixed = { rows: 1, columns: 1 };
    const built = buildProgram({
      tensors: [{ ...fixed, batch: true }, fixed, fixed, fixed, fixed, fixed],
      instructions: [
        { op: "reduce", operands: { y: 5, x: 0 }, parameters: { function: "sum", axis: 2 } },
        { op: "binary", operands: { z: 1, x: 1, y: 5 }, parameters: { function: "add" } },
        { op: "update", operands: { p: 2, s0: 3, s1: 4, g: 1 }, parameters: adam },
        { op: "fill", operands: { y: 1 }, parameters: { value: 0 } },
      ],
    });
    const all: TrainRequest = {
      ...{ first: 0, updateFirst: 1, applyFirst: 2, last: 4, applyEvery: 3, batchRows: 1, step: 4, seed: [0, 0] },
      ...{ columns: [{ tensor: 0, data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), width: 1 }], reports: [] },
      order: Int32Array.from({ length: 8 }, (_, i) => i),
      learningRates: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    };
    const together = backend.createProgram(built.words);
    together.train(all);
    const single = backend.createProgram(built.words);
    const parts = backend.createProgram(built.words);
    for (let s = 0; s < 8; s++) {
      const learningRates = Float32Array.of(s + 1);
      await parts.trainAsync({ ...all, order: Int32Array.of(s), learningRates, step: 4 + s });
      single.write(0, [s + 1]);
      single.run(0, 2, 1, state);
      // Counted from 1, these are the steps 5 to 12: 6, 9 and 12 apply.
      if (s % 3 === 1) single.run(2, 4, 1, { learningRate: s + 1, step: Math.floor((4 + s) / 3), seed: [0, 0] });
    }
    const states = [together, single, parts].map((program) => {
      const values = [...program.read(1, 4)];
      program.dispose();
      return values;
    });
    expect(states[0]?.[0]).toBe(0);
    expect(states[0]?.[1]).not.toBe(0);
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  it("reports tensors of any width, one behind the other, and watches the first value of the first alone", async () => {
    const built = buildProgram({
      batchRows: 2,
      tensors: [
        { rows: 2, columns: 3, batch: true },
        { rows: 1, columns: 3 },
        { rows: 1, columns: 1 },
      ],
      instructions: [
        { op: "reduce", operands: { y: 1, x: 0 }, parameters: { function: "sum", axis: 0 } },
        { op: "reduce", operands: { y: 2, x: 0 }, parameters: { function: "maximum", axis: 2 } },
      ],
    });
    const program = backend.createProgram(built.words);
    const data = Float32Array.of(1, 2, 3, 10, 20, 30, 100, 200, 300, 5, Number.NaN, 7, Number.NaN, 1, 1);
    const all: TrainRequest = {
      ...{ first: 0, updateFirst: 2, last: 2, batchRows: 2, learningRates: null, step: 0, seed: [0, 0] },
      ...{ columns: [{ tensor: 0, data, width: 3 }], reports: [1, 2, 1], stopIfNotFinite: true },
      order: Int32Array.of(0, 1, 2, 3, 4),
    };
    const first = [11, 22, 33, 30, 11, 22, 33];
    const second = [105, Number.NaN, 307, Number.NaN, 105, Number.NaN, 307];
    const third = [Number.NaN, 1, 1, Number.NaN, Number.NaN, 1, 1];
    const result = program.train(all);
    expect([result.status, result.steps]).toEqual(["notFinite", 2]);
    expect([...result.reports]).toEqual([...first, ...second, ...third]);
    const asynchronous = await program.trainAsync({ ...all, order: all.order.subarray(0, 4) });
    expect(asynchronous).toMatchObject({ status: "done", steps: 2 });
    expect([...asynchronous.reports]).toEqual([...first, ...second]);
    program.dispose();
  });

  it("forgets a cancel that nothing was running for", () => {
    const program = start(backend);
    program.cancel();
    expect(program.train(request(1)).status).toBe("done");
    program.dispose();
  });

  it("can be disposed of twice, and while it trains", async () => {
    const program = start(backend);
    const training = program.trainAsync(request(30_000));
    program.dispose();
    program.dispose();
    expect((await training).status).toBe("cancelled");
    expect(() => program.run(0, 1, 1, state)).toThrow();
    expect(() => program.read(0, 1)).toThrow();
  });

  it("does nothing for no rows", () => {
    const program = start(backend);
    const result = program.train(request(0));
    expect([result.status, result.steps, result.reports.length]).toEqual(["done", 0, 0]);
    program.dispose();
  });

  it.each<readonly [string, Partial<TrainRequest>]>([
    ["a range beyond the program", { last: 13 }],
    ["a range that ends before it begins", { first: 11, updateFirst: 11, last: 2 }],
    ["an update before the beginning", { first: 4, updateFirst: 2 }],
    ["applying before the update", { applyFirst: updateFirst - 1 }],
    ["applying beyond the end", { applyFirst: last + 1 }],
    ["applying never", { applyEvery: 0 }],
    ["applying every half step", { applyEvery: 0.5 }],
    ["no batch rows", { batchRows: 0 }],
    ["too many batch rows", { batchRows: 9 }],
    ["a row beyond the data", { order: Int32Array.of(0, rows) }],
    ["a negative row", { order: Int32Array.of(-1) }],
    ["no learning rates", { learningRates: null }],
    ["too few learning rates", { learningRates: new Float32Array(2) }],
    ["a column for a fixed tensor", { columns: [{ tensor: index("w"), data: x, width: units }] }],
    ["a column of another width", { columns: [{ tensor: index("x"), data: x, width: 2 }] }],
    ["a column for no tensor", { columns: [{ tensor: 99, data: x, width: 3 }] }],
    ["an output that is too short", { outputs: [{ tensor: index("l"), data: new Float32Array(5), width: 1 }] }],
    ["a report of several rows", { reports: [index("w")] }],
    ["a report of a batch", { reports: [index("l")] }],
    ["a report beyond the table", { reports: [-1] }],
  ])("refuses %s and leaves the weights alone", async (_, changes) => {
    const program = start(backend);
    expect(() => program.train(request(1, changes))).toThrow();
    await expect(program.trainAsync(request(1, changes))).rejects.toThrow();
    expect(get(program, "w")).toEqual([...weights.w]);
    expect(program.train(request(1)).status).toBe("done");
    program.dispose();
  });

  it("refuses wrong ranges of run, read and write", () => {
    const program = start(backend);
    expect(() => program.run(0, 13, 1, state)).toThrow();
    expect(() => program.run(-1, 2, 1, state)).toThrow();
    expect(() => program.run(0, 2, 9, state)).toThrow();
    expect(() => program.read(program.arenaLength, 1)).toThrow();
    expect(() => program.read(-1, 1)).toThrow();
    expect(() => program.write(program.arenaLength - 1, [1, 2])).toThrow();
    program.dispose();
  });

  it("draws the dropout masks of the seed, the step, the stream and the index", () => {
    const size = { rows: 3, columns: 37 };
    const ones = new Float32Array(111).fill(1);
    const built = buildProgram({
      tensors: [size, size],
      instructions: [{ op: "dropout", operands: { y: 1, x: 0 }, parameters: { rate: 0.4, stream: 7 } }],
    });
    const mask = (on: Backend, step: number, seed: readonly [number, number]) => {
      const program = on.createProgram(built.words);
      program.write(0, ones);
      program.run(0, 1, 1, { learningRate: 0, step, seed });
      const values = [...program.read(111, 111)].map((value) => (value === 0 ? "0" : "1")).join("");
      program.dispose();
      return values;
    };
    const seed = [0xdeadbeef, 0x80000001] as const;
    expect(mask(backend, 5, seed)).toBe(mask(createReferenceBackend(), 5, seed));
    expect(mask(backend, 6, seed)).not.toBe(mask(backend, 5, seed));
    expect(mask(backend, 5, [1, 2])).not.toBe(mask(backend, 5, seed));
  });

  it("frees what is created and forgotten", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // 4 MB each: 400 of them do not fit into the memory that is allowed.
    const large = buildProgram({ tensors: [{ rows: 1000, columns: 1000 }], instructions: [] });
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 400; i++) {
      backend.createProgram(large.words).write(0, [1]);
      if (i % 20 === 19) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 << 20);
  });

  it("frees what is created and disposed of", () => {
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 2000; i++) {
      const program = start(backend);
      program.run(0, last, batchRows, state);
      program.dispose();
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 << 20);
  });
});
