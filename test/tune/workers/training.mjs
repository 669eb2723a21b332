// Trains a network for ever: the study is stopped meanwhile.

import { layers, sequential, tensor } from "../../../dist/esm/node.js";

export async function objective() {
  const net = sequential([layers.dense({ units: 64, inputShape: [8] }), layers.dense({ units: 1 })], { seed: 1 });
  net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const x = tensor(new Float32Array(8192), [1024, 8]);
  await net.fit(x, tensor(new Float32Array(1024), [1024, 1]), { epochs: 1_000_000, verbose: 0 });
  return 0;
}
