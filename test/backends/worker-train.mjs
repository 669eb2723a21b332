// What workers.test.ts runs in worker threads and beside them: a training on all threads of the pool.

import { isMainThread, parentPort } from "node:worker_threads";
import { layers, ready, sequential } from "../../dist/esm/node.js";

/** The weights after a training that is long enough for several of them to meet. */
export async function train() {
  await ready();
  const net = sequential(
    [
      layers.dense({ units: 256, activation: "tanh", inputShape: [200] }),
      layers.dense({ units: 256, activation: "tanh" }),
      layers.dense({ units: 10 }),
    ],
    { seed: 1 },
  );
  net.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const x = { data: Float32Array.from({ length: 640 * 200 }, (_, i) => Math.sin(i)), shape: [640, 200] };
  const y = { data: Float32Array.from({ length: 640 * 10 }, (_, i) => Math.cos(i)), shape: [640, 10] };
  await net.fit(x, y, { epochs: 20, batchSize: 64, verbose: 0 });
  const weights = net.getWeights().map(({ data }) => data);
  net.dispose();
  return weights;
}

if (!isMainThread) parentPort.postMessage(await train());
