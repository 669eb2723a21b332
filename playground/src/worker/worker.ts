// The worker: takes requests one after the other, and trains between them. A snapshot goes to the page when it has drawn the
// one before, so that training never waits for drawing, nor drawing for training.

import { setBackend } from "feedforward";
import type { Reply, Request } from "./messages.js";
import { Training } from "./training.js";

// So long, the page's questions wait at most.
const portion = 8;

let training: Training | null = null;
let runs = 0;
let wanted = false;
let changed = false;
const requests: Request[] = [];
let working = false;

function reply(message: Reply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

async function answer(request: Request): Promise<void> {
  if (request.type === "start") {
    training?.dispose();
    training = null;
    training = await Training.start(++runs, request.config, request.csv);
    reply(training.started());
    changed = wanted = true;
    return;
  }
  if (request.type === "drawn") wanted = true;
  if (training === null) return;
  if (request.type === "run" || request.type === "pause") {
    training.running = request.type === "run";
    changed = true;
  } else if (request.type === "epoch") {
    training.running = false;
    await training.epochs(1);
    changed = true;
  } else if (request.type === "learningRate") {
    training.learningRate = request.value;
    changed = true;
  } else if (request.type === "trace" || request.type === "take") {
    training.running = false;
    if (request.type === "take") await training.take();
    changed = true;
    reply({ type: "trace", run: training.run, ...(await training.trace()) });
  } else if (request.type === "classify") {
    reply({ type: "classified", run: training.run, scores: await training.classify(request.pixels) });
  } else if (request.type === "export") {
    const bytes = await training.export(request.format);
    reply({ type: "file", name: `network.${request.format}`, bytes }, [bytes.buffer]);
  }
}

async function work(): Promise<void> {
  if (working) return;
  working = true;
  try {
    for (;;) {
      const request = requests.shift();
      if (request !== undefined) await guarded(request.type, () => answer(request));
      else if (training?.running) {
        const { run } = training;
        const advance = training.advance(portion);
        const ok = await guarded("run", () => advance);
        if (!ok && training.run === run) training.running = false;
        changed = true;
      } else if (!changed || !wanted) break;
      if (training !== null && changed && wanted && requests.length === 0) {
        changed = wanted = false;
        await guarded("run", send);
      }
      await turn();
    }
  } finally {
    working = false;
  }
}

async function send(): Promise<void> {
  if (training === null) return;
  const snapshot = await training.snapshot();
  const arrays = [...snapshot.kernels, ...snapshot.biases, ...(snapshot.maps ?? [])];
  reply(snapshot, [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]);
}

async function guarded(during: Request["type"], task: () => Promise<void>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    reply({ type: "failed", during, message: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

/** Messages that have arrived are taken in before it goes on. */
const channel = new MessageChannel();
function turn(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}

// Another thread would only get in the way of the one that draws. Where WebAssembly is forbidden it goes on more slowly.
const ready = setBackend("wasm", { threads: 1 }).catch(() => setBackend("reference"));

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  requests.push(data);
  ready.then(work, (error: Error) => reply({ type: "failed", during: "start", message: error.message }));
});
