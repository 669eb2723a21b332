// A model with two inputs and two outputs: from two points of the plane it tells how far apart they are, and whether both lie in
// the unit circle. A shared layer sees each point, so that what is learnt of one serves the other; a residual connection
// passes it on. Run it by `npx tsx examples/functional.ts`.

import { input, layers, model, optimizers } from "feedforward";

const rows = 2000;
const a: number[][] = [];
const b: number[][] = [];
const distance: number[] = [];
const inside: number[] = [];
for (let i = 1; i <= rows; i++) {
  // Low-discrepancy numbers in [-1.2, 1.2].
  const [x1, y1, x2, y2] = [0.8567, 0.7339, 0.6288, 0.5386].map((step) => (((i * step) % 1) - 0.5) * 2.4) as [
    number,
    number,
    number,
    number,
  ];
  a.push([x1, y1]);
  b.push([x2, y2]);
  distance.push(Math.hypot(x1 - x2, y1 - y2));
  inside.push(Math.hypot(x1, y1) < 1 && Math.hypot(x2, y2) < 1 ? 1 : 0);
}

const first = input({ shape: [2], name: "first" });
const second = input({ shape: [2], name: "second" });
const see = layers.dense({ units: 32, activation: "relu", name: "see" });
const both = layers.concatenate()([see(first), see(second)]);
const hidden = layers.dense({ units: 64, activation: "relu", name: "hidden" })(both);
const joined = layers.add()([both, hidden]);
const net = model({
  inputs: { first, second },
  outputs: {
    distance: layers.dense({ units: 1, name: "distance" })(joined),
    inside: layers.dense({ units: 1, activation: "sigmoid", name: "inside" })(joined),
  },
  seed: 1,
});
console.log(net.summary());

net.compile({
  optimizer: optimizers.adam({ learningRate: 3e-3 }),
  loss: { distance: "meanSquaredError", inside: "binaryCrossentropy" },
  lossWeights: { inside: 0.5 },
  metrics: { distance: "mae", inside: "accuracy" },
});
const { history } = await net.fit(
  { first: a, second: b },
  { distance, inside },
  { epochs: 40, batchSize: 32, validationSplit: 0.2, verbose: 0 },
);
const last = (name: string) => history[name]?.at(-1)?.toFixed(3);
console.log(`distance: mean error ${last("valDistanceMae")}`);
console.log(`inside: accuracy ${last("valInsideAccuracy")}`);

const { distance: far } = await net.predict({ first: [[0, 0]], second: [[0.6, 0.8]] });
console.log(`from (0, 0) to (0.6, 0.8): ${far.data[0]?.toFixed(2)}  (the truth is 1.00)`);
