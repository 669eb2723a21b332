// `npm run bench`: matrix products, training, latency, memory, scaling, and what training does to the event loop, on every backend of
// this machine, as tables and as JSON with all samples under bench/results/.
//   --quick      fewer and shorter samples, no networks that take seconds
//   --profile    only the time of each instruction of a training step
//   --isas       every instruction set of the machine, not only the best of each backend
//   --only TEXT  only what matches this regular expression, for example "^128 x" or "fit XOR" or "predict" or "scaling width" or
//                "chain" or "profile" or "first step" or "footprint" or "event loop" or "memory"

import { parseArgs } from "node:util";
import { benchChain, printChain } from "./chain.js";
import { type BackendSetting, findSettings } from "./contestants.js";
import { eventLoopLine, watchEventLoop } from "./event-loop.js";
import { benchFirstStep, printFirstStep } from "./first-step.js";
import { benchFootprint, printFootprint } from "./footprint.js";
import { benchGemm, printGemm } from "./gemm.js";
import { GemmLibrary } from "./gemm-libraries.js";
import { memoryLines, watchMemory } from "./memory.js";
import { measureModules } from "./modules.js";
import { benchLatency, benchNetworks, networks as allNetworks, printLatency, printNetworks } from "./networks.js";
import { measurePeaks } from "./peak.js";
import { printProfiles, profileNetworks } from "./profile.js";
import { describeMachine, digits, writeResults } from "./report.js";
import { benchScaling, printScaling } from "./scaling.js";
import { findTargets, printTargets } from "./targets.js";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    isas: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const only = new RegExp(options.profile ? "^profile" : options.only);
const { quick } = options;
const effort = (sampleSeconds: number, samples: number) =>
  quick ? { sampleSeconds: sampleSeconds / 5, samples: 3 } : { sampleSeconds, samples };

const machine = describeMachine();
const { settings, missing } = await findSettings(options.isas);
const isBest = ({ name, isa }: BackendSetting) => settings.find((setting) => setting.name === name)?.isa === isa;
const native = settings.filter((setting) => setting.name === "native" && isBest(setting));
const { libraries, missing: missingLibraries } = await GemmLibrary.findAll();
const { peaks, missing: missingPeaks } = await measurePeaks([...new Set(native.map(({ threads }) => threads))]);
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, commit ${machine.commit}`,
);
if (machine.load > 0.2)
  console.log(`other programs are running (load ${machine.load.toFixed(1)}): expect disturbed numbers`);
for (const { threads, gflops, bandwidth } of peaks)
  console.log(`peak with ${threads} threads: ${digits(gflops)} GFLOP/s, ${digits(bandwidth)} GB/s`);
for (const { name, description } of libraries) console.log(`${name}: ${description}`);
for (const reason of [...missing, ...missingLibraries, ...missingPeaks]) console.log(`missing: ${reason}`);

const profiles = await profileNetworks(native, effort(0.02, 5), only);
printProfiles(profiles, peaks);
const gemm = await benchGemm(settings, libraries, effort(0.015, 5), only);
for (const library of libraries) library.stop();
const nativeLabels = native.map(({ label }) => label);
printGemm(gemm, nativeLabels);

const networks = await benchNetworks(settings, effort(0.5, 7), only);
if (networks.length > 0) printNetworks(networks);
const latency = await benchLatency(settings, quick ? 2000 : 10_000, only);
if (latency.length > 0) printLatency(latency);
const chain = only.test("chain") ? await benchChain(native.slice(0, 1), effort(0.05, 7)) : [];
if (chain.length > 0) printChain(chain);
const scaling = await benchScaling(native, effort(0.2, 3), quick ? 2 ** 22 : 2 ** 26, only);
printScaling(scaling, native, peaks);

const present = (["native", "wasm"] as const).filter((name) => settings.some((setting) => setting.name === name));
const firstStep = only.test("first step") ? benchFirstStep(present, quick ? 3 : 15) : [];
if (firstStep.length > 0) printFirstStep(firstStep);
const large = allNetworks.filter(({ name }) => name.startsWith("784-512") || name.startsWith("1024"));
const footprint = only.test("footprint") ? benchFootprint(native.slice(-1), large, quick ? 1 : 3) : [];
if (footprint.length > 0) printFootprint(footprint);

const eventLoop = [];
const memory = [];
for (const backend of present) {
  if (only.test("event loop")) eventLoop.push(await watchEventLoop(backend, quick ? 3 : 20));
  if (only.test("memory")) memory.push(await watchMemory(backend, quick ? 10_000 : 100_000));
}
console.log("");
for (const result of eventLoop) console.log(eventLoopLine(result));
for (const line of memory.flatMap(memoryLines)) console.log(line);

const measured = {
  gemm,
  networks,
  latency,
  profiles,
  peaks,
  chain,
  firstStep,
  footprint,
  modules: only.test("modules") ? measureModules() : [],
};
const targets = findTargets(measured, {
  native: nativeLabels,
  wasm: settings
    .filter(({ name, isa, threads }) => name === "wasm" && isa !== "scalar" && threads === 1)
    .map((s) => s.label),
});
printTargets(targets);
const descriptions = libraries.map(({ name, description }) => `${name}: ${description}`);
const results = { machine, libraries: descriptions, missing, ...measured, scaling, targets, eventLoop, memory };
console.log(`\nall samples: ${writeResults(results)}`);
