// Trains 784-512-512-10 on the 60,000 handwritten digits of MNIST and tells how many of the 10,000 test images it reads right.
// Run it by `npm run demo -- [--backend native|wasm|reference] [--epochs 5] [--threads 2] [--images 60000]`.

import { parseArgs } from "node:util";
import {
  type BackendOptions,
  backendInfo,
  layers,
  losses,
  optimizers,
  ready,
  schedules,
  sequential,
  setBackend,
} from "feedforward";
import { readMnist } from "./idx.js";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string" },
    epochs: { type: "string", default: "5" },
    threads: { type: "string" },
    images: { type: "string" },
  },
});

const began = performance.now();
const thousands = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

if (options.backend === "native" || options.backend === "wasm" || options.backend === "reference") {
  const chosen: BackendOptions = options.threads === undefined ? {} : { threads: Number(options.threads) };
  await setBackend(options.backend, chosen);
} else if (options.backend !== undefined) {
  throw new RangeError(`--backend: expected native, wasm or reference, received ${options.backend}.`);
} else if (options.threads !== undefined) {
  process.env.FEEDFORWARD_THREADS = options.threads;
}
await ready();
const { name, isa, threads, tried } = backendInfo();
if (name !== "native" && options.backend === undefined) {
  for (const { name: other, error } of tried) console.log(`not ${other}: ${error}`);
}

// The reference backend is plain TypeScript, made to be read and compared with: it gets a part of the data.
const part = name === "reference";
const train = readMnist("train", options.images === undefined ? (part ? 3000 : undefined) : Number(options.images));
const test = readMnist("t10k", part ? 1000 : undefined);
const validationSplit = 1 / 12;
const batchSize = 128;
const epochs = Number(options.epochs);
const trainRows = Math.round(train.rows * (1 - validationSplit));

console.log(`backend ${name}, ISA ${isa}, threads ${threads}`);
console.log(
  `MNIST: ${thousands.format(train.rows)} images, 1 in 12 for validation${part ? " (a part of the data)" : ""}`,
);

const net = sequential(
  [
    layers.dense({ units: 512, activation: "relu", inputShape: [784] }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 512, activation: "relu" }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 10 }),
  ],
  { seed: 42 },
);
// The learning rate falls to 0 along a cosine: with few epochs the last steps should settle, not explore.
const decaySteps = epochs * Math.ceil(trainRows / batchSize);
net.compile({
  optimizer: optimizers.adam({ learningRate: schedules.cosine({ initialLearningRate: 1e-3, decaySteps }) }),
  loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
net.summary({ print: true });

const trainingBegan = performance.now();
const { history } = await net.fit(train.x, train.y, { epochs, batchSize, validationSplit, verbose: 1 });
const rate = (epochs * trainRows) / ((performance.now() - trainingBegan) / 1000);
const valAccuracy = history.valAccuracy?.at(-1) ?? Number.NaN;
console.log(`validation accuracy ${valAccuracy.toFixed(4)}  ${thousands.format(rate)} samples/s, with validation`);

const { accuracy = Number.NaN } = await net.evaluate(test.x, test.y, { batchSize: 256 });
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const images = `(${thousands.format(test.rows)} images)`;
console.log(
  `test accuracy ${accuracy.toFixed(4)}  ${images}  wall ${seconds} s  backend ${name}/${isa} threads ${threads}`,
);
