// What native.test.ts runs in worker threads and in processes of their own: training that nobody waits for.

import { isMainThread, parentPort, workerData } from "node:worker_threads";

const { addonFile, words, mode } = isMainThread ? JSON.parse(process.argv[2]) : workerData;
const module = { exports: {} };
process.dlopen(module, addonFile);
const native = module.exports;
const program = Int32Array.from(words);
const kept = [];

/** The program counts its steps: one instruction, tensor 0 = tensor 0 + tensor 1. */
function train(steps, start = "trainAsync") {
  const arena = Float32Array.of(0, 1, 0);
  const handle = native.create(program, arena);
  kept.push(handle);
  const request = {
    first: 0,
    updateFirst: 1,
    applyFirst: 1,
    last: 1,
    applyEvery: 1,
    batchRows: 1,
    order: new Int32Array(steps),
    learningRates: null,
    step: 0,
    seed: [0, 0],
    columns: [{ tensor: 2, data: Float32Array.of(0), width: 1 }],
    reports: [],
    reportValues: new Float32Array(0),
  };
  return { arena, result: native[start](handle, request) };
}

const forever = 30_000_000;
const modes = {
  async finish() {
    const { arena, result } = train(1000);
    parentPort.postMessage({ ...(await result), sum: arena[0] });
  },
  async terminate() {
    for (let i = 0; i < 3; i++) train(forever);
    parentPort.postMessage("training");
  },
  async exit() {
    for (let i = 0; i < 3; i++) train(forever);
    setTimeout(() => process.exit(3), 5);
  },
  async throw() {
    train(forever);
    throw new Error("expected by the test");
  },
  async sync() {
    parentPort.postMessage("training");
    for (;;) train(100_000, "train");
  },
};
await modes[mode]();
