// A loss of one's own: the pinball loss, whose minimum is a quantile instead of the mean. It is written with `ops`, differentiated,
// and runs in the core like a built-in one. Run it by `npx tsx examples/custom-loss.ts`.

import { layers, ops, optimizers, type SymbolicTensor, sequential } from "feedforward";

/** `max(q e, (q - 1) e)` with `e = target - prediction`: the line lies above a part q of the points. */
function pinball(q: number) {
  return (target: SymbolicTensor, prediction: SymbolicTensor) => {
    const error = ops.sub(target, prediction);
    return ops.maximum(ops.mul(q, error), ops.mul(q - 1, error));
  };
}

// y = 2 x + noise, where the noise is uniform in [0, 1): its 0.9 quantile is the line 2 x + 0.9.
const rows = 1000;
const noise = (i: number) => (i * 0.6180339887) % 1;
const x = Float32Array.from({ length: rows }, (_, i) => (i % 100) / 100);
const y = Float32Array.from(x, (value, i) => 2 * value + noise(i));

const net = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1 });
net.compile({ optimizer: optimizers.adam({ learningRate: 0.02 }), loss: pinball(0.9) });
await net.fit(x, y, { epochs: 60, batchSize: 50, verbose: 0 });

const [kernel, bias] = net.getWeights();
console.log(
  `0.9 quantile: y = ${kernel?.data[0]?.toFixed(2)} x + ${bias?.data[0]?.toFixed(2)}  (the truth is 2.00 x + 0.90)`,
);
const below = (await net.predict(x)).data.filter((value, i) => value >= (y[i] as number)).length;
console.log(`${((100 * below) / rows).toFixed(1)} % of the points lie below it`);
