// The smallest network that is not a line: 2-8-1 learns XOR. Run it by `npx tsx examples/xor.ts`.

import { backendInfo, layers, optimizers, sequential } from "feedforward";

const net = sequential(
  [layers.dense({ units: 8, activation: "tanh", inputShape: [2] }), layers.dense({ units: 1, activation: "sigmoid" })],
  { seed: 1 },
);
net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "binaryCrossentropy", metrics: ["accuracy"] });

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];
const history = await net.fit(x, y, { epochs: 500, batchSize: 4, verbose: 0 });

const outputs = await net.predict(x);
x.forEach(([a, b], row) => {
  console.log(`${a} xor ${b} = ${outputs.data[row]?.toFixed(3)}`);
});
console.log(
  `loss ${history.history.loss?.at(-1)?.toFixed(5)} after 500 epochs on ${backendInfo().name}/${backendInfo().isa}`,
);
