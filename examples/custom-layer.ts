// A layer, a metric and a penalty of one's own: radial basis functions, which a plain network has not, tell the points inside a ring
// from those on it. All three are written with `ops`, differentiated, and run in the core. Run it by `npx tsx examples/custom-layer.ts`.

import { layers, ops, optimizers, type SymbolicTensor, sequential } from "feedforward";

/** A penalty of one's own on a weight: sharp functions cost something. */
const wide = (sharpness: SymbolicTensor) => ops.mul(ops.sum(ops.square(sharpness)), 1e-4);

/** `y_j = exp(-sharpness_j |x - center_j|^2)`: each unit sees the points near its center. */
function radialBasis(units: number) {
  return layers.custom({
    name: "radial",
    inputShape: [2],
    build(shape, ctx) {
      ctx.variable("centers", [units, shape[1] as number], { initializer: "randomNormal" });
      ctx.variable("sharpness", [units], { initializer: "ones", regularizer: wide, constraint: "nonNeg" });
    },
    call(x, ctx) {
      const { centers, sharpness } = ctx.variables as Record<"centers" | "sharpness", SymbolicTensor>;
      // |x - c|^2 = |x|^2 - 2 x c + |c|^2 for all pairs of points and centers at once.
      const squares = ops.add(ops.sum(ops.square(x), 1, { keepDims: true }), ops.sum(ops.square(centers), 1));
      const distances = ops.sub(squares, ops.mul(ops.matmul(x, centers, { transposeB: true }), 2));
      return ops.exp(ops.neg(ops.mul(distances, sharpness)));
    },
  });
}

/** The part of the points that are on the right side by a wide margin. */
const sure = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.less(ops.abs(ops.sub(yTrue, yPred)), 0.1);

// Points in the middle (class 1) and on a ring around it (class 0); the numbers only look random.
const rows = 600;
const noise = (i: number) => (i * 0.6180339887) % 1;
const y = Float32Array.from({ length: rows }, (_, i) => i % 2);
const x = Float32Array.from({ length: 2 * rows }, (_, i) => {
  const row = i >> 1;
  const radius = y[row] === 1 ? 0.8 * noise(row * 7 + 1) : 1.2 + 0.8 * noise(row * 5 + 2);
  const angle = 2 * Math.PI * noise(row * 3 + 3);
  return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
});

const net = sequential([radialBasis(8), layers.dense({ units: 1, activation: "sigmoid" })], { seed: 1 });
net.compile({
  optimizer: optimizers.adam({ learningRate: 0.03 }),
  loss: "binaryCrossentropy",
  metrics: ["accuracy", sure],
});
await net.fit({ data: x, shape: [rows, 2] }, y, { epochs: 40, batchSize: 50, verbose: 0 });

const { accuracy, sure: margin } = await net.evaluate({ data: x, shape: [rows, 2] }, y);
console.log(`accuracy ${accuracy?.toFixed(3)}, sure ${margin?.toFixed(3)}`);
