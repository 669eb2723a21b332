// How fast CSV files are read, and what training from one batch by batch takes compared with the same numbers in memory.
// By itself: npx tsx bench/csv.ts [--rows 1000000] [--hidden 512,512] [--batch 128]

import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { backendInfo, data, layers, ready, sequential } from "feedforward";

const columns = 100;

/** A file of 100 features and a target, 5 decimals each. */
async function writeNumbers(file: string, rows: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(`${Array.from({ length: columns }, (_, i) => `f${i}`).join(",")},y\n`);
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * 3;
  };
  for (let row = 0; row < rows; row += 1000) {
    let text = "";
    for (let i = 0; i < Math.min(1000, rows - row); i++) {
      for (let c = 0; c < columns; c++) text += `${next().toFixed(5)},`;
      text += `${next().toFixed(5)}\n`;
    }
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    hidden: { type: "string", default: "512,512" },
    batch: { type: "string", default: "128" },
  },
});
const rows = Number(options.rows);
const batchSize = Number(options.batch);
const folder = await mkdtemp(join(tmpdir(), "feedforward-csv-"));
const file = join(folder, "numbers.csv");
const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function network() {
  const hidden = options.hidden.split(",").map((units) => layers.dense({ units: Number(units), activation: "relu" }));
  const net = sequential([layers.input({ shape: [columns] }), ...hidden, layers.dense({ units: 1 })], { seed: 1 });
  net.compile({ optimizer: "adam", loss: "meanSquaredError" });
  return net;
}

try {
  await ready();
  const { name, isa, threads } = backendInfo();
  await writeNumbers(file, rows);
  const size = (await stat(file)).size / 1e6;
  console.log(`${rows} rows, ${columns} features, ${size.toFixed(0)} MB; ${name} ${isa}, ${threads} threads`);
  const stream = data.csvStream(file, { target: "y", batchSize });
  const read = await time(async () => {
    for await (const _ of stream) {
    }
  });
  console.log(`read as a stream   ${(size / read).toFixed(0)} MB/s`);
  const quiet = { epochs: 1, verbose: 0, shuffle: false } as const;
  const streamed = await time(async () => {
    using net = network();
    await net.fit(stream, quiet);
  });
  console.log(
    `train on a stream  ${streamed.toFixed(1)} s, ${(rows / streamed).toFixed(0)} rows/s, RSS ${megabytes()} MB`,
  );
  let set: data.DataSet | null = null;
  const loaded = await time(async () => {
    set = await data.csv(file, { target: "y" });
  });
  console.log(`read into memory   ${(size / loaded).toFixed(0)} MB/s`);
  const inMemory = await time(async () => {
    using net = network();
    if (set !== null) await net.fit(set, { ...quiet, batchSize });
  });
  console.log(
    `train in memory    ${inMemory.toFixed(1)} s, ${(rows / inMemory).toFixed(0)} rows/s, RSS ${megabytes()} MB`,
  );
  console.log(`stream / memory    ${(inMemory / streamed).toFixed(2)} of the speed`);
} finally {
  await rm(folder, { recursive: true });
}
