// Trains with backups and tells each epoch: a process for tests to kill. Its last word are the weights.

import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { installNodeFileOutput } from "../../src/node/file-output.js";
import { installNodeFiles } from "../../src/node/file-system.js";
import { allWeights, classification } from "../models/networks.js";

const [path = "", saveFreq = "epoch"] = process.argv.slice(2);
installNodeFiles();
installNodeFileOutput();
await setBackend("reference");
const { x, y } = classification(200);
// Without a seed: the random numbers are those of the backup.
const net = sequential([
  layers.dense({ units: 16, activation: "relu", inputShape: [5] }),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 3, activation: "softmax" }),
]);
net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
const backup = callbacks.backupAndRestore({ path, saveFreq: saveFreq === "epoch" ? "epoch" : Number(saveFreq) });
const tell = { onEpochBegin: (epoch: number) => console.log(`epoch ${epoch}`) };
const start = { onTrainBegin: () => console.log(`seeded ${allWeights(net)[0]}`) };
await net.fit(x, y, { epochs: 6, batchSize: 10, verbose: 0, callbacks: [backup, start, tell] });
console.log(`weights ${JSON.stringify(allWeights(net))}`);
