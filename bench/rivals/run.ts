// `npm run bench:rivals`: four networks trained by feedforward and by what users could pick instead, in turns in one run, as tables and
// as JSON under bench/results/. All begin with the same weights and take the same steps: who does not end with our loss is left out by name.
// Who works another way must learn.
//   --quick      fewer and shorter samples
//   --only TEXT  only the networks that match this regular expression
//   --slow       also who needs more than two seconds for one batch
//   PYTHON       Pythons to look for PyTorch, JAX, TensorFlow and scikit-learn in, with colons between them; default python3

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Network, networks, trainingFlops } from "../networks.js";
import { describeMachine, digits, percent, printTable, writeResults } from "../report.js";
import { printTargets } from "../targets.js";
import { type Effort, measureInTurns, median, spread } from "../timing.js";
import { affordableRows, problemFor } from "./problem.js";
import type { Candidate, Problem, Rival } from "./rival.js";
import { findRivalTargets, type RivalResult } from "./targets.js";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    slow: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const effort: Effort = options.quick ? { sampleSeconds: 0.1, samples: 3 } : { sampleSeconds: 0.3, samples: 5 };

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

interface Entry {
  readonly rival: Rival;
  readonly problem: Problem;
  readonly candidate: Candidate;
}

/** The rows and passes of the comparison of losses: few steps, since rounding drives long trainings apart whoever does them. */
const checkRows = 4;
const checkPasses = 2;
const tolerance = 0.01;

/** The loss after the first steps over a few batches. */
async function firstLoss(rival: Rival, problem: Problem): Promise<number | null> {
  const candidate = await rival.create(problem);
  if (candidate === null) return null;
  await candidate.train(checkPasses);
  const loss = await candidate.loss();
  await candidate.dispose?.();
  return loss;
}

/** Builds a candidate and makes sure that it learns, and that its first steps are ours where it does the same. */
async function prepare(rival: Rival, network: Network, ours: Rival): Promise<Entry | null> {
  const leaveOut = (reason: string) => {
    console.log(`without ${rival.label} on ${network.name}: ${reason}`);
    return null;
  };
  const seconds = (affordableRows(network, rival.gigaflops) * trainingFlops(network.sizes)) / rival.gigaflops / 1e9;
  if (seconds > 2 && !options.slow)
    return leaveOut(`a batch takes about ${seconds.toFixed(0)} s (--slow waits for it)`);
  try {
    if (rival.agrees) {
      const few = problemFor({ ...network, rows: Math.min(network.rows, checkRows * network.batch) }, rival.gigaflops);
      const [loss, expected] = [await firstLoss(rival, few), await firstLoss(ours, few)];
      if (loss === null || expected === null) return leaveOut("it cannot");
      if (!(Math.abs(loss - expected) <= tolerance * expected))
        return leaveOut(`its loss is ${loss}, not our ${expected}`);
      checks.push({ network: network.name, label: rival.label, loss, expected });
    }
    const problem = problemFor(network, rival.gigaflops);
    const candidate = await rival.create(problem);
    if (candidate === null) return leaveOut("it cannot");
    // Those that train one row at a time know their loss only after a pass.
    await candidate.train(1);
    const before = await candidate.loss();
    await candidate.train(problem.rows === 4 ? 2000 : 5);
    const after = await candidate.loss();
    return after < before ? { rival, problem, candidate } : leaveOut(`its loss is ${after} after ${before}`);
  } catch (error) {
    return leaveOut(error instanceof Error ? error.message : String(error));
  }
}

/** The losses that were compared, for the record. */
const checks: { network: string; label: string; loss: number; expected: number }[] = [];
const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}, load ${machine.load}`,
);
const rivals = await findRivals();
const results: RivalResult[] = [];
for (const network of networks.filter(({ name }) => new RegExp(options.only).test(name))) {
  const entries: Entry[] = [];
  for (const rival of rivals) {
    const entry = await prepare(rival, network, rivals[0] as Rival);
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
  const latency: Record<string, [number, number]> = {};
  for (const { rival, candidate } of entries) {
    if (candidate.latency === undefined) continue;
    latency[rival.label] = [await candidate.latency(1), await candidate.latency(256)];
  }
  const rate = (i: number) => (entries[i]?.problem.rows ?? 0) / median(samples[i]?.seconds ?? []);
  const rows = entries.map(({ rival }, i) => {
    const ours = entries.findIndex((entry) => entry.rival.threads === rival.threads);
    const [one, many] = latency[rival.label] ?? [Number.NaN, Number.NaN];
    return [
      rival.label,
      digits(rate(i)),
      digits(rate(i) / network.batch),
      digits(rate(ours) / rate(i)),
      percent(spread(samples[i]?.seconds ?? [])),
      digits(one),
      digits(256 / (many / 1e6)),
      rival.remark,
    ];
  });
  const head = ["library", "samples/s", "steps/s", "native is x", "spread", "1 row, us", "256 rows, rows/s", "remark"];
  printTable(`${network.name}, batch ${network.batch}, Adam; native with as many threads`, head, rows);
  const counts = Object.fromEntries(entries.map(({ rival, problem }) => [rival.label, problem.rows]));
  results.push({ network: network.name, batch: network.batch, rows: counts, samples, latency });
  for (const { candidate } of entries) await candidate.dispose?.();
}
for (const rival of rivals) rival.stop?.();
printTargets(findRivalTargets(results));
console.log(`\nall samples: ${writeResults({ machine, rivals: results, checks })}`);
