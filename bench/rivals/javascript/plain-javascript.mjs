// Libraries in plain JavaScript that take one row at a time: brain.js, convnetjs, synaptic, ml-fnn.

import { createRequire } from "node:module";
import brain from "brain.js";
import convnet from "convnetjs";
import FeedForwardNeuralNetwork from "ml-fnn";
import { Matrix } from "ml-matrix";
import synaptic from "synaptic";
import { medianMicroseconds, targetsOf } from "../rival.ts";

const require = createRequire(import.meta.url);
const versionOf = (name) => require(`${name}/package.json`).version;

/** Rows as arrays, as these libraries want them. */
function pairsOf(problem) {
  const { sizes, rows, x } = problem;
  const targets = targetsOf(problem);
  const outputs = sizes.at(-1);
  return Array.from({ length: rows }, (_, r) => ({
    input: Array.from(x.subarray(r * sizes[0], (r + 1) * sizes[0])),
    output: Array.from(targets.subarray(r * outputs, (r + 1) * outputs)),
  }));
}

/** The time of so many rows, one after the other. */
function eachRow(data, count, predict) {
  return medianMicroseconds(() => {
    for (let r = 0; r < count; r++) predict(data[r % data.length]);
  });
}

const meanSquares = (data, predict) =>
  data.reduce((sum, { input, output }) => {
    const result = predict(input);
    return sum + output.reduce((total, target, i) => total + (target - result[i]) ** 2, 0);
  }, 0) / data.length;

const brainJs = {
  label: `brain.js ${versionOf("brain.js")}`,
  threads: 1,
  gigaflops: 0.3,
  remark: "row by row, SGD",
  agrees: false,
  create(problem) {
    const { sizes } = problem;
    const activation = sizes.at(-1) === 1 ? "tanh" : "relu";
    const net = new brain.NeuralNetwork({
      hiddenLayers: sizes.slice(1, -1),
      activation: sizes.at(-1) === 1 ? "sigmoid" : activation,
    });
    const data = pairsOf(problem);
    const options = { errorThresh: 1e-12, learningRate: sizes.at(-1) === 1 ? 0.3 : 0.001, log: false };
    const train = (iterations) => net.train(data, { ...options, iterations });
    train(1);
    return {
      train,
      loss: () => meanSquares(data, (input) => net.run(input)),
      latency: (count) => eachRow(data, count, ({ input }) => net.run(input)),
    };
  },
};

const convnetJs = {
  label: `convnetjs ${versionOf("convnetjs")}`,
  threads: 1,
  gigaflops: 0.4,
  remark: "Adam; a row at a time, update per batch",
  agrees: false,
  create(problem) {
    const { sizes, batch } = problem;
    const outputs = sizes.at(-1);
    const net = new convnet.Net();
    net.makeLayers([
      { type: "input", out_sx: 1, out_sy: 1, out_depth: sizes[0] },
      ...sizes
        .slice(1, -1)
        .map((units) => ({ type: "fc", num_neurons: units, activation: outputs === 1 ? "tanh" : "relu" })),
      outputs === 1 ? { type: "regression", num_neurons: 1 } : { type: "softmax", num_classes: outputs },
    ]);
    const trainer = new convnet.Trainer(net, {
      method: "adam",
      learning_rate: outputs === 1 ? 0.01 : 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      batch_size: batch,
    });
    const data = pairsOf(problem).map(({ input, output }, r) => ({
      input: new convnet.Vol(input),
      target: outputs === 1 ? output : problem.labels[r],
    }));
    let last = Number.NaN;
    return {
      train: (passes) => {
        for (let pass = 0; pass < passes; pass++) {
          let sum = 0;
          for (const { input, target } of data) sum += trainer.train(input, target).loss;
          last = sum / data.length;
        }
      },
      loss: () => last,
      latency: (count) => eachRow(data, count, ({ input }) => net.forward(input)),
    };
  },
};

const synapticJs = {
  label: `synaptic ${versionOf("synaptic")}`,
  threads: 1,
  gigaflops: 0.1,
  remark: "row by row, SGD",
  agrees: false,
  create(problem) {
    const { sizes } = problem;
    // It compiles a function with a variable for each weight: that ends somewhere above ten thousand.
    if (sizes.slice(1).reduce((sum, units, i) => sum + units * sizes[i], 0) > 20_000) return null;
    const net = new synaptic.Architect.Perceptron(...sizes);
    const data = pairsOf(problem);
    return {
      train: (passes) => {
        for (let pass = 0; pass < passes; pass++) {
          for (const { input, output } of data) {
            net.activate(input);
            net.propagate(0.3, output);
          }
        }
      },
      loss: () => meanSquares(data, (input) => net.activate(input)),
      latency: (count) => eachRow(data, count, ({ input }) => net.activate(input)),
    };
  },
};

const mlFnn = {
  label: `ml-fnn ${versionOf("ml-fnn")}`,
  threads: 1,
  gigaflops: 0.3,
  remark: "full batch, gradient descent",
  agrees: false,
  create(problem) {
    const { sizes, rows, labels } = problem;
    if (sizes.at(-1) === 1) return null;
    const data = pairsOf(problem);
    const features = new Matrix(data.map(({ input }) => input));
    let net = null;
    return {
      // It has no way to go on: each call begins anew, and one iteration is one pass.
      train: (passes) => {
        net = new FeedForwardNeuralNetwork({
          hiddenLayers: sizes.slice(1, -1),
          iterations: passes,
          learningRate: 0.001,
          activation: "relu",
        });
        net.train(features, Array.from(labels.subarray(0, rows)));
      },
      loss: () => Number(net.predict(features).filter((label, r) => label !== labels[r]).length) / rows,
    };
  },
};

export function rivals() {
  return [brainJs, convnetJs, synapticJs, mlFnn];
}
