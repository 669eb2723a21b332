// `npm run bench`: matrix products, training, latency, and what training does to the event loop and to memory, on every backend of
// this machine, as tables and as JSON with all samples under bench/results/.
//   --quick      fewer and shorter samples
//   --only TEXT  only what matches this regular expression, for example "^128 x" or "fit XOR" or "predict" or "event loop" or "memory"

import { parseArgs } from "node:util";
import { findSettings } from "./contestants.js";
import { eventLoopLine, watchEventLoop } from "./event-loop.js";
import { benchGemm, printGemm } from "./gemm.js";
import { memoryLines, watchMemory } from "./memory.js";
import { benchLatency, benchNetworks, printLatency, printNetworks } from "./networks.js";
import { OpenBlas } from "./openblas.js";
import { findRatios } from "./ratios.js";
import { describeMachine, digits, printTable, writeResults } from "./report.js";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: "" } },
});
const only = new RegExp(options.only);
const quick = options.quick;

const machine = describeMachine();
const { settings, missing } = await findSettings();
const blas = await OpenBlas.start();
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, commit ${machine.commit}`,
);
if (machine.load > 0.2)
  console.log(`other programs are running (load ${machine.load.toFixed(1)}): expect disturbed numbers`);
const libraries = typeof blas === "string" ? [] : blas;
if (typeof blas === "string") console.log(`without OpenBLAS: ${blas}`);
for (const { description } of libraries) console.log(description);
for (const reason of missing) console.log(`missing: ${reason}`);

const gemmEffort = quick ? { sampleSeconds: 0.003, samples: 3 } : { sampleSeconds: 0.02, samples: 9 };
const gemm = await benchGemm(settings, libraries, gemmEffort, only);
for (const library of libraries) library.stop();
if (gemm.length > 0) printGemm(gemm);

const networks = await benchNetworks(
  settings,
  quick ? { sampleSeconds: 0.2, samples: 3 } : { sampleSeconds: 1, samples: 7 },
  only,
);
if (networks.length > 0) printNetworks(networks);
const latency = await benchLatency(settings, quick ? 2000 : 20_000, only);
if (latency.length > 0) printLatency(latency);

const best = (name: string) => settings.find((setting) => setting.name === name && setting.threads === 1)?.label ?? "";
const ratios = findRatios(gemm, networks, best("native"), best("wasm"));
if (ratios.length > 0) {
  const rows = ratios.map(({ name, value, atLeast }) => [
    name,
    digits(value),
    digits(atLeast),
    value >= atLeast ? "yes" : "no",
  ]);
  printTable("What we hold ourselves to", ["ratio or rate", "measured", "at least", "reached"], rows);
}

const present = (["native", "wasm"] as const).filter((name) => settings.some((setting) => setting.name === name));
const eventLoop = [];
const memory = [];
for (const backend of present) {
  if (only.test("event loop")) eventLoop.push(await watchEventLoop(backend, quick ? 3 : 60));
  if (only.test("memory")) memory.push(await watchMemory(backend, quick ? 10_000 : 100_000));
}
console.log("");
for (const result of eventLoop) console.log(eventLoopLine(result));
for (const line of memory.flatMap(memoryLines)) console.log(line);

const results = {
  machine,
  openblas: libraries.map(({ description }) => description),
  gemm,
  networks,
  latency,
  ratios,
  eventLoop,
  memory,
};
console.log(`\nall samples: ${writeResults(results)}`);
