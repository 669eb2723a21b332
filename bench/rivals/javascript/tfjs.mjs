// TensorFlow.js with its CPU and its WebAssembly backend (SIMD where the engine has it).

import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { medianMicroseconds, rowsOf, targetsOf } from "../rival.ts";

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);

function rival(backend, gigaflops) {
  return {
    label: `tfjs ${backend} ${tf.version.tfjs}`,
    threads: 1,
    gigaflops,
    remark: "",
    agrees: true,
    async create(problem) {
      const { sizes, batch, rows, x, weights } = problem;
      await tf.setBackend(backend);
      const outputs = sizes.at(-1);
      const net = tf.sequential();
      for (const [i, units] of sizes.slice(1).entries()) {
        const last = i === sizes.length - 2;
        const activation = last ? (outputs === 1 ? "sigmoid" : "softmax") : outputs === 1 ? "tanh" : "relu";
        net.add(tf.layers.dense({ units, activation, ...(i === 0 && { inputShape: [sizes[0]] }) }));
      }
      net.compile({
        optimizer: tf.train.adam(1e-3),
        loss: outputs === 1 ? "binaryCrossentropy" : "categoricalCrossentropy",
      });
      const inputs = tf.tensor2d(x, [rows, sizes[0]]);
      const targets = tf.tensor2d(targetsOf(problem), [rows, outputs]);
      const values = weights.flatMap(({ kernel, bias }, i) => [
        tf.tensor2d(kernel, [sizes[i], sizes[i + 1]]),
        tf.tensor1d(bias),
      ]);
      net.setWeights(values);
      tf.dispose(values);
      const options = { batchSize: batch, verbose: 0, shuffle: false, yieldEvery: "never" };
      return {
        train: async (passes) => {
          await tf.setBackend(backend);
          await net.fit(inputs, targets, { ...options, epochs: passes });
        },
        loss: async () => {
          await tf.setBackend(backend);
          return net.evaluate(inputs, targets, { batchSize: batch }).dataSync()[0];
        },
        latency: async (count) => {
          await tf.setBackend(backend);
          const data = rowsOf(problem, count);
          const predict = () => tf.tidy(() => net.predict(tf.tensor2d(data, [count, sizes[0]])).dataSync());
          return await medianMicroseconds(predict);
        },
        dispose: () => {
          for (const tensor of [inputs, targets]) tensor.dispose();
          net.dispose();
        },
      };
    },
  };
}

export function rivals() {
  return [rival("wasm", 1), rival("cpu", 0.2)];
}
