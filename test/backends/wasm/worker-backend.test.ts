// Training in a worker, here over a channel to the same thread: what goes there and comes back is copied all the same. In a real
// worker it is tested in browsers (test/browser).
import { MessageChannel } from "node:worker_threads";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { currentBackend, installBackends, setBackend } from "../../../src/backends/registry.js";
import type { TrainingWorker } from "../../../src/backends/wasm/training-client.js";
import { serveTraining } from "../../../src/backends/wasm/training-server.js";
import { createWorkerBackend } from "../../../src/backends/wasm/worker-backend.js";
import { AbortError, BackendError } from "../../../src/errors.js";
import * as layers from "../../../src/layers/index.js";
import { sequential } from "../../../src/models/index.js";
import { loadRareCode } from "../../../src/models/late.js";

/** The kinds of orders that the worker got. */
const orders: string[] = [];
const ports: { close(): void }[] = [];
let worker: TrainingWorker;

/** A worker without a thread of its own. */
function channel(): TrainingWorker {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serveTraining(port2 as unknown as Parameters<typeof serveTraining>[0]);
  const post = port1.postMessage.bind(port1);
  port1.postMessage = (message: { kind: string }, transfer) => {
    orders.push(message.kind);
    post(message, transfer);
  };
  worker = port1 as unknown as TrainingWorker;
  return worker;
}

beforeAll(async () => {
  await loadRareCode();
  const load = () => createWorkerBackend({ module: "simd128", start: channel });
  installBackends([{ name: "wasm", label: "channel", inWorker: true, load }], () => ({}));
});

afterAll(() => {
  for (const port of ports) port.close();
});

beforeEach(() => {
  orders.length = 0;
});

const here = () => setBackend("wasm", { isa: "simd128", threads: 1 });
const there = () => setBackend("wasm", { isa: "simd128", worker: true });

const rows = 300;
const values = (width: number, f: (i: number) => number) =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: width }, (_, c) => f(r * width + c)));
const x = values(30, (i) => Math.sin(i * i));
const y = values(3, Math.cos);

function network(optimizer: "adam" | "lbfgs" = "adam") {
  const net = sequential(
    [
      layers.dense({ units: 40, activation: "tanh", inputShape: [30] }),
      layers.dropout({ rate: 0.2 }),
      layers.batchNormalization(),
      layers.dense({ units: 3 }),
    ],
    { seed: 7 },
  );
  net.compile({ optimizer, loss: "meanSquaredError", metrics: ["mae"] });
  return net;
}

describe("a worker that trains", () => {
  /** All that a training leaves. */
  async function train(optimizer: "adam" | "lbfgs") {
    const net = network(optimizer);
    const { history } = await net.fit(x, y, { epochs: 4, verbose: 0, validationSplit: 0.2 });
    const outputs = [...(await net.predict(x)).data];
    // Once more with the thread of this side, which has the weights, the means of the normalisation and the optimizer's state.
    const next = net.fitSync(x, y, { epochs: 1, verbose: 0 }).history;
    return { history, outputs, next, file: [...(await net.save())] };
  }

  it.each(["adam", "lbfgs"] as const)("leaves the bits that the thread of the page leaves, with %s", async (name) => {
    await here();
    const expected = await train(name);
    expect(orders).toEqual([]);
    await there();
    const trained = await train(name);
    expect(orders).toContain("train");
    expect(trained).toEqual(expected);
  });

  it("takes data of integers", async () => {
    const run = async () => {
      const net = sequential([layers.embedding({ inputDim: 9, outputDim: 4, inputShape: [2] }), layers.flatten()]);
      net.setWeights([{ data: Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)), shape: [9, 4] }]);
      const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) % 9);
      return [...(await net.predict({ data: bytes, shape: [2000, 2] })).data];
    };
    await here();
    const expected = await run();
    await there();
    expect(await run()).toEqual(expected);
    expect(orders).toContain("train");
  });

  it("stops at a signal and when the model is disposed of, and keeps the steps that are done", async () => {
    await there();
    const net = network();
    const controller = new AbortController();
    const stopped = net.fit(x, y, { epochs: 1e6, verbose: 0, signal: controller.signal });
    setTimeout(() => controller.abort(), 60);
    await expect(stopped).rejects.toThrow(AbortError);
    const [weight] = net.getWeights();
    expect(weight?.data.some((value) => value !== 0)).toBe(true);
    const disposed = net.fit(x, y, { epochs: 1e6, verbose: 0 });
    setTimeout(() => net.dispose(), 60);
    await expect(disposed).rejects.toThrow("the model was disposed");
    expect(orders).toContain("cancel");
    expect(orders).toContain("dispose");
  });

  it("refuses threads, and is there for WebAssembly alone", async () => {
    await expect(setBackend("wasm", { worker: true, threads: 2 })).rejects.toThrow(
      "setBackend: threads must be 1 with a worker that trains, received 2.",
    );
    await expect(setBackend("reference", { worker: true })).rejects.toThrow(
      new RangeError('setBackend: worker belongs to the backend "wasm", received "reference".'),
    );
    await expect(setBackend("wasm", { worker: 1 as unknown as boolean })).rejects.toThrow(
      new TypeError("setBackend: worker must be true or false, received 1."),
    );
  });

  it("needs a host with workers", async () => {
    await expect(createWorkerBackend({ module: "simd128" })).rejects.toThrow(
      new BackendError(
        "wasm backend: expected a host with web workers, received none. In Node the native backend trains beside JavaScript anyway.",
      ),
    );
  });

  it("tells of a worker that fails, when it starts and when it trains; another backend goes on", async () => {
    const fail = (port: TrainingWorker, message?: string) =>
      port.onerror?.call(port as unknown as Worker, { message, preventDefault() {} } as ErrorEvent);
    const silent = { postMessage() {}, onmessage: null } as TrainingWorker;
    const starting = createWorkerBackend({ module: "simd128", start: () => silent });
    while (silent.onmessage === null) await new Promise((resolve) => setTimeout(resolve, 1));
    fail(silent);
    await expect(starting).rejects.toThrow(
      "wasm backend: the worker that trains cannot be started: its file cannot be loaded",
    );
    await there();
    const net = network();
    const training = net.fit(x, y, { epochs: 1e6, verbose: 0 });
    setTimeout(() => fail(worker, "out of memory"), 60);
    const text =
      'wasm backend: expected a worker that trains, received out of memory. Load the page anew, or setBackend("wasm") without the worker.';
    await expect(training).rejects.toThrow(new BackendError(text));
    await expect(net.fit(x, y, { epochs: 1e5, verbose: 0 })).rejects.toThrow(text);
    expect(currentBackend().offThread).toBe(true);
    await here();
    const { history } = await net.fit(x, y, { epochs: 1, verbose: 0 });
    expect(history.loss?.[0]).toBeLessThan(2);
  });
});
