// Ourselves, through the public API.

import { layers, losses, optimizers, sequential, setBackend } from "feedforward";
import type { Problem, Rival } from "./rival.js";
import { medianMicroseconds } from "./rival.js";

function rival(backend: "native" | "wasm", threads: number): Rival {
  const choose = () => setBackend(backend, { threads });
  return {
    label: `feedforward ${backend} x${threads}`,
    gigaflops: 1000,
    remark: "",
    async create({ sizes, batch, x, labels }: Problem) {
      await choose();
      const [inputs = 1, ...units] = sizes;
      const outputs = units.at(-1) ?? 1;
      const hidden = units.slice(0, -1).map((count, i) =>
        layers.dense({
          units: count,
          activation: outputs === 1 ? "tanh" : "relu",
          ...(i === 0 && { inputShape: [inputs] }),
        }),
      );
      const last = layers.dense({ units: outputs, ...(outputs === 1 && { activation: "sigmoid" }) });
      const net = sequential([...hidden, last], { seed: 1 });
      const loss =
        outputs === 1 ? losses.binaryCrossentropy() : losses.sparseCategoricalCrossentropy({ fromLogits: true });
      net.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss });
      const y = Float32Array.from(labels);
      const row = x.slice(0, inputs);
      return {
        train: async (passes) => {
          await choose();
          await net.fit(x, y, { epochs: passes, batchSize: batch, verbose: 0 });
        },
        loss: async () => (await net.evaluate(x, y, { batchSize: batch })).loss,
        latency: async () => {
          await choose();
          return await medianMicroseconds(() => net.predictSync(row));
        },
        dispose: () => net.dispose(),
      };
    },
  };
}

export async function rivals(): Promise<Rival[]> {
  return [rival("native", 2), rival("native", 1), rival("wasm", 1)];
}
