// `feedforward bench`: what this machine does, per backend: matrix products, training, latency of one row.

import {
  backendInfo,
  compileFunction,
  layers,
  losses,
  type Model,
  ops,
  optimizers,
  sequential,
  setBackend,
  tensor,
} from "../node.js";
import { type Console, digits, table } from "./console.js";

export interface BenchOptions {
  readonly json: boolean;
  /** How long each number is measured. */
  readonly seconds: number;
}

interface Network {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batchSize: number;
  readonly rows: number;
}

interface Row {
  readonly backend: string;
  readonly gflops: number;
  readonly training: Readonly<Record<string, number>>;
  readonly latency: Readonly<Record<string, number>>;
}

const networks: readonly Network[] = [
  { name: "2-8-1", sizes: [2, 8, 1], batchSize: 4, rows: 4 },
  { name: "784-128-10", sizes: [784, 128, 10], batchSize: 32, rows: 2048 },
  { name: "784-512-512-10", sizes: [784, 512, 512, 10], batchSize: 128, rows: 2048 },
];

/** Measures the native backend and WebAssembly, with one thread and with as many as they take by themselves. */
export async function bench({ json, seconds }: BenchOptions, console: Console): Promise<void> {
  const rows: Row[] = [];
  for (const name of ["native", "wasm"] as const) {
    for (const threads of [undefined, 1]) {
      try {
        await setBackend(name, threads === undefined ? {} : { threads });
      } catch (error) {
        console.note(`not ${name}: ${(error as Error).message}`);
        break;
      }
      const info = backendInfo();
      const backend = `${info.name}/${info.isa}, ${info.threads} ${info.threads === 1 ? "thread" : "threads"}`;
      if (rows.some((row) => row.backend === backend)) continue;
      console.note(`measuring ${backend}`);
      rows.push({ backend, ...(await measure(seconds)) });
    }
  }
  if (json) {
    console.out(JSON.stringify({ cores: (await import("node:os")).availableParallelism(), results: rows }));
    return;
  }
  const header = ["backend", "1024x1024x1024", ...networks.flatMap(({ name }) => [`fit ${name}`, `predict ${name}`])];
  const units = ["", "GFLOP/s", ...networks.flatMap(() => ["samples/s", "us, one row"])];
  const lines = rows.map(({ backend, gflops, training, latency }) => [
    backend,
    digits(gflops),
    ...networks.flatMap(({ name }) => [digits(training[name] ?? Number.NaN), digits(latency[name] ?? Number.NaN)]),
  ]);
  // One line a number: a terminal is not wide enough for one line a backend.
  const turned = header.map((title, i) => [title, units[i] ?? "", ...lines.map((line) => line[i] ?? "")]);
  console.out(table(turned));
}

async function measure(seconds: number): Promise<Omit<Row, "backend">> {
  const training: Record<string, number> = {};
  const latency: Record<string, number> = {};
  for (const network of networks) {
    using net = build(network);
    const [x, y] = data(network);
    const train = async (epochs: number): Promise<void> => {
      await net.fit(x, y, { epochs, batchSize: network.batchSize, verbose: 0 });
    };
    const epochs = await trainingEpochs(train, seconds);
    training[network.name] = await rate(seconds, epochs * network.rows, () => train(epochs));
    const row = Float32Array.from(x.data.slice(0, network.sizes[0]));
    const calls = 200;
    const perSecond = await rate(seconds / 2, calls, async () => {
      for (let i = 0; i < calls; i++) net.predictSync(row);
    });
    latency[network.name] = 1e6 / perSecond;
  }
  return { gflops: (await products(seconds)) / 1e9, training, latency };
}

/** So many epochs that one call takes a tenth of the time: short calls would measure the way to the core and back. */
async function trainingEpochs(train: (epochs: number) => Promise<void>, seconds: number): Promise<number> {
  for (let epochs = 1; ; epochs *= 4) {
    const began = performance.now();
    await train(epochs);
    if (performance.now() - began > seconds * 100) return epochs;
  }
}

/** Units of work a second: the best of as many calls as fit into the time, because other programs can only slow it down. */
async function rate(seconds: number, work: number, call: () => Promise<void>): Promise<number> {
  let best = 0;
  const end = performance.now() + seconds * 1000;
  do {
    const began = performance.now();
    await call();
    best = Math.max(best, work / ((performance.now() - began) / 1000));
  } while (performance.now() < end);
  return best;
}

async function products(seconds: number): Promise<number> {
  const n = 1024;
  const count = 4;
  // Several products in one call, so that copying the arguments does not count.
  const chain = compileFunction(
    (a, b) => {
      let product = a;
      for (let i = 0; i < count; i++) product = ops.matmul(product, b);
      return product;
    },
    {
      shapes: [
        [n, n],
        [n, n],
      ],
    },
  );
  const a = tensor(
    Float32Array.from({ length: n * n }, (_, i) => ((i * 7919) % 1009) / 1009 / n),
    [n, n],
  );
  return await rate(seconds, count * 2 * n ** 3, async () => {
    await chain(a, a);
  });
}

function build({ sizes }: Network): Model {
  const [inputs = 1, ...units] = sizes;
  const outputs = units.pop() as number;
  const hidden = units.map((count, i) =>
    layers.dense({
      units: count,
      activation: inputs === 2 ? "tanh" : "relu",
      ...(i === 0 && { inputShape: [inputs] }),
    }),
  );
  const net = sequential([...hidden, layers.dense({ units: outputs })], { seed: 1 });
  const loss =
    outputs === 1
      ? losses.binaryCrossentropy({ fromLogits: true })
      : losses.sparseCategoricalCrossentropy({ fromLogits: true });
  net.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss });
  return net;
}

function data({ sizes, rows }: Network): [x: ReturnType<typeof tensor>, y: Float32Array] {
  const [inputs = 1] = sizes;
  if (inputs === 2)
    return [
      tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]),
      Float32Array.of(0, 1, 1, 0),
    ];
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => ((i * 7919) % 1009) / 1009);
  return [tensor(x, [rows, inputs]), Float32Array.from({ length: rows }, (_, i) => (i * 31) % 10)];
}
