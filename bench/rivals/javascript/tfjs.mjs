// TensorFlow.js with its CPU and its WebAssembly backend (SIMD where the engine has it).

import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { medianMicroseconds, targetsOf } from "../rival.ts";

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);

function rival(backend, gigaflops) {
  return {
    label: `tfjs ${backend} ${tf.version.tfjs}`,
    gigaflops,
    remark: "",
    async create(problem) {
      const { sizes, batch, rows, x } = problem;
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
      const row = tf.tensor2d(x.slice(0, sizes[0]), [1, sizes[0]]);
      const options = { batchSize: batch, verbose: 0, yieldEvery: "never" };
      return {
        train: async (passes) => {
          await tf.setBackend(backend);
          await net.fit(inputs, targets, { ...options, epochs: passes });
        },
        loss: async () => {
          await tf.setBackend(backend);
          return net.evaluate(inputs, targets, { batchSize: batch }).dataSync()[0];
        },
        latency: async () => {
          await tf.setBackend(backend);
          return await medianMicroseconds(() => tf.tidy(() => net.predict(row).dataSync()));
        },
        dispose: () => {
          for (const tensor of [inputs, targets, row]) tensor.dispose();
          net.dispose();
        },
      };
    },
  };
}

export function rivals() {
  return [rival("wasm", 1), rival("cpu", 0.2)];
}
