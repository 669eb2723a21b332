// `npm run bench:rivals`: four networks trained by feedforward and by what users could pick instead, in turns in one run, as tables and
// as JSON under bench/results/. Every candidate must learn, else it is left out by name.
//   --quick      fewer and shorter samples
//   --only TEXT  only the networks that match this regular expression
//   PYTHON       the Python to look for PyTorch and scikit-learn in; default python3

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Network, networks } from "../networks.js";
import { describeMachine, digits, printTable, writeResults } from "../report.js";
import { type Effort, measureInTurns, median, type Samples, spread } from "../timing.js";
import type { Candidate, Problem, Rival } from "./rival.js";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: "" } },
});
const effort: Effort = options.quick ? { sampleSeconds: 0.2, samples: 3 } : { sampleSeconds: 1, samples: 7 };

if (!existsSync(new URL("javascript/node_modules", import.meta.url))) {
  throw new Error("install the rivals first: npm install --prefix bench/rivals/javascript --ignore-scripts");
}

/** The adapters that work here, with the reasons for those that do not. */
async function findRivals(): Promise<Rival[]> {
  const found: Rival[] = [];
  for (const file of [
    "feedforward.ts",
    "python.ts",
    "javascript/tfjs.mjs",
    "javascript/jax-js.mjs",
    "javascript/plain-javascript.mjs",
  ]) {
    try {
      const adapter = (await import(new URL(file, import.meta.url).href)) as { rivals(): Promise<Rival[]> | Rival[] };
      found.push(...(await adapter.rivals()));
    } catch (error) {
      console.log(`without ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found;
}

/** Floating-point operations of training with one row: three products of each layer, without the gradient of the data. */
function operationsPerRow(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, units, i) => sum + 2 * units * (sizes[i] ?? 1) * (i === 0 ? 2 : 3), 0);
}

/** Data that can be learnt: the class of a row is the place of the largest of its products with fixed vectors. */
function problemFor(network: Network, gigaflops: number): Problem {
  const { name, sizes, batch } = network;
  const inputs = sizes[0] ?? 1;
  const classes = sizes.at(-1) ?? 1;
  if (inputs === 2) {
    return {
      name,
      sizes,
      batch,
      rows: 4,
      x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
      labels: Int32Array.of(0, 1, 1, 0),
    };
  }
  // A pass over the rows should take a second at most.
  const affordable = (gigaflops * 1e9) / operationsPerRow(sizes);
  const rows = batch * Math.max(1, Math.min(network.rows / batch, Math.floor(affordable / batch)));
  const pattern = (i: number, j: number) => Math.sin(12.9898 * i + 78.233 * j + 0.37 * ((i * j) % 101));
  const x = Float32Array.from(
    { length: rows * inputs },
    (_, i) => 0.5 + 0.5 * pattern(Math.floor(i / inputs), i % inputs),
  );
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    const scores = Array.from({ length: classes }, (_, c) => {
      let score = 0;
      for (let j = 0; j < inputs; j++) score += (x[r * inputs + j] as number) * pattern(1000 + c, j);
      return score;
    });
    return scores.indexOf(Math.max(...scores));
  });
  return { name, sizes, batch, rows, x, labels };
}

interface Entry {
  readonly rival: Rival;
  readonly problem: Problem;
  readonly candidate: Candidate;
}

/** Builds a candidate and makes sure that it learns. */
async function prepare(rival: Rival, network: Network): Promise<Entry | null> {
  const problem = problemFor(network, rival.gigaflops);
  try {
    const candidate = await rival.create(problem);
    if (candidate === null) return null;
    await candidate.train(1);
    const before = await candidate.loss();
    await candidate.train(problem.rows === 4 ? 5000 : 5);
    const after = await candidate.loss();
    if (after < before) return { rival, problem, candidate };
    console.log(`without ${rival.label} on ${network.name}: its loss went from ${before} to ${after}`);
  } catch (error) {
    console.log(`without ${rival.label} on ${network.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}

const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}, load ${machine.load}`,
);
const rivals = await findRivals();
const results: {
  network: string;
  rows: Record<string, number>;
  samples: Samples[];
  latency: Record<string, number>;
}[] = [];
for (const network of networks.filter(({ name }) => new RegExp(options.only).test(name))) {
  const entries: Entry[] = [];
  for (const rival of rivals) {
    const entry = await prepare(rival, network);
    if (entry !== null) entries.push(entry);
  }
  const samples = await measureInTurns(
    entries.map(({ rival, candidate }) => ({
      label: rival.label,
      measure: async (passes) => {
        const began = performance.now();
        await candidate.train(passes);
        return (performance.now() - began) / 1000;
      },
    })),
    effort,
  );
  const latency: Record<string, number> = {};
  for (const { rival, candidate } of entries) {
    const time = await candidate.latency?.();
    if (time !== undefined) latency[rival.label] = time;
  }
  const rate = (i: number) => (entries[i]?.problem.rows ?? 0) / median(samples[i]?.seconds ?? []);
  const rows = entries.map(({ rival }, i) => [
    rival.label,
    digits(rate(i)),
    digits(rate(i) / network.batch),
    digits(rate(0) / rate(i)),
    `${(100 * spread(samples[i]?.seconds ?? [])).toFixed(0)} %`,
    latency[rival.label] === undefined ? "-" : digits(latency[rival.label] as number),
    rival.remark,
  ]);
  const head = ["library", "samples/s", "steps/s", "we are faster", "spread", "1 row, us", "remark"];
  printTable(`${network.name}, batch ${network.batch}, Adam`, head, rows);
  const counts = Object.fromEntries(entries.map(({ rival, problem }) => [rival.label, problem.rows]));
  results.push({ network: network.name, rows: counts, samples, latency });
  for (const { candidate } of entries) candidate.dispose?.();
}
for (const rival of rivals) rival.stop?.();
console.log(`\nall samples: ${writeResults({ machine, rivals: results })}`);
