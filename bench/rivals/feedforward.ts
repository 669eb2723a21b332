// Ourselves, through the public API: native, and each WebAssembly module that this Node can run.

import { layers, losses, optimizers, sequential, setBackend } from "feedforward";
import { findSettings, type Setting } from "../contestants.js";
import { medianMicroseconds, type Problem, type Rival, rowsOf } from "./rival.js";

function rival({ name, isa, threads, label }: Setting): Rival {
  const choose = () => setBackend(name, { isa, threads });
  return {
    label: `feedforward ${label}`,
    threads,
    gigaflops: name === "native" ? 100 : 10,
    remark: "",
    agrees: true,
    async create(problem: Problem) {
      const { sizes, batch, x, labels, weights } = problem;
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
      net.setWeights(weights.flatMap(({ kernel, bias }) => [kernel, bias]));
      const y = Float32Array.from(labels);
      return {
        train: async (passes) => {
          await choose();
          await net.fit(x, y, { epochs: passes, batchSize: batch, shuffle: false, verbose: 0 });
        },
        loss: async () => (await net.evaluate(x, y, { batchSize: batch })).loss,
        latency: async (count) => {
          await choose();
          const rows = rowsOf(problem, count);
          return await medianMicroseconds(() => net.predictSync(rows, { batchSize: count }));
        },
        dispose: () => net.dispose(),
      };
    },
  };
}

/** The fastest first: the others are compared with it. */
export async function rivals(): Promise<Rival[]> {
  const { settings } = await findSettings(false);
  const able = settings.filter(({ name, isa }) => name !== "reference" && isa !== "scalar");
  return able.sort((a, b) => Number(a.name === "wasm") - Number(b.name === "wasm") || b.threads - a.threads).map(rival);
}
