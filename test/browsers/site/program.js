// What a page or a worker of it does with the package. test/browsers/bundlers.browsers.ts bundles it in every way and reads the results.

import { backendInfo, layers, loadModel, optimizers, sequential, setBackend } from "feedforward";
import { corners, targets, xorNetwork } from "./xor.js";

const xor = () => xorNetwork({ layers, optimizers, sequential });

const wave = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i));
const rows = 256;
const data = [
  { data: wave(rows * 300), shape: [rows, 300] },
  { data: wave(rows * 10), shape: [rows, 10] },
];

function wide() {
  const net = sequential(
    [
      layers.dense({ units: 200, activation: "relu", inputShape: [300] }),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 10 }),
    ],
    { seed: 7 },
  );
  net.compile({ optimizer: "adam", loss: "meanSquaredError" });
  return net;
}

/** What a training leaves, with a choice of backend. */
async function trained(options) {
  await setBackend("wasm", options);
  const net = wide();
  const { history } = await net.fit(...data, { epochs: 3, batchSize: 64, verbose: 0 });
  const outputs = [...(await net.predict(data[0])).data];
  net.dispose();
  return [...history.loss, ...outputs];
}

/** What one training leaves in IndexedDB, another one goes on with: the losses of the one that was kept, and of the one that was not. */
async function kept() {
  const net = xor();
  await net.fit(corners, targets, { epochs: 20, verbose: 0 });
  await net.save("indexeddb://xor");
  const losses = [];
  for (const model of [net, await loadModel("indexeddb://xor")]) {
    losses.push((await model.fit(corners, targets, { epochs: 30, initialEpoch: 20, verbose: 0 })).history.loss);
  }
  return losses;
}

/** Everything. */
export async function run() {
  const net = xor();
  await net.fit(corners, targets, { epochs: 300, batchSize: 4, verbose: 0 });
  const info = backendInfo();
  const { accuracy } = await net.evaluate(corners, targets);
  const losses = await kept();
  const here = await trained({ threads: 1 });
  const withThreads = await trained({});
  const inWorker = await trained({ worker: true }).catch((error) => error.message);
  await setBackend("wasm");
  return { info, accuracy, losses, here, withThreads, inWorker };
}

/** Trains for so many milliseconds, in a worker or not. */
export async function trainFor(milliseconds, worker) {
  await setBackend("wasm", { worker, threads: 1 });
  const net = wide();
  const end = performance.now() + milliseconds;
  let epochs = 0;
  const onEpochEnd = () => {
    epochs++;
    if (performance.now() > end) net.stopTraining = true;
  };
  await net.fit(...data, { epochs: 1e6, batchSize: 64, verbose: 0, onEpochEnd });
  await setBackend("wasm");
  return epochs;
}

/** Saves after each epoch until the page is closed. `saved` counts. */
export async function trainAndSave(saved) {
  const net = xor();
  for (;;) {
    await net.fit(corners, targets, { epochs: 5, verbose: 0 });
    await net.save("indexeddb://closed");
    saved();
  }
}

/** What such a page has left. */
export async function goOn() {
  const net = await loadModel("indexeddb://closed");
  const { history } = await net.fit(corners, targets, { epochs: 2, verbose: 0 });
  return history.loss;
}
