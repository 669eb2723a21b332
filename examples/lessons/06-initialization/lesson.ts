// Lesson 6: what the first weights do to the signal. A network of 20 layers, and the ways to begin: zeros, random, Xavier (2010), He (2015).

import { initializers, layers, plots, sequential } from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { normal } from "../shared/random.js";
import { deviation } from "../shared/statistics.js";

const { say, show, picture } = openNotebook("06-initialization");

const depth = 20;
const width = 100;
const rows = 200;
const next = normal(7);
const x = Array.from({ length: rows }, () => Array.from({ length: width }, next));
const shown = [1, 2, 5, 10, 20];

/** The activations of every layer of a network that has not learnt anything. */
async function signal(
  activation: "tanh" | "relu",
  kernelInitializer: initializers.InitializerInput,
): Promise<Float32Array[]> {
  const outputs: Float32Array[] = [];
  const net = sequential(
    Array.from({ length: depth }, (_, i) =>
      layers.dense({ units: width, activation, kernelInitializer, ...(i === 0 && { inputShape: [width] }) }),
    ),
    { seed: 1 },
  );
  const weights = net.getWeights();
  let input: number[][] = x;
  for (let i = 0; i < depth; i++) {
    const layer = sequential([layers.dense({ units: width, activation, inputShape: [width] })]);
    layer.setWeights(weights.slice(2 * i, 2 * i + 2));
    const output = await layer.predict(input, { batchSize: rows });
    outputs.push(output.data);
    input = output.toArray() as number[][];
  }
  return outputs;
}

const ways = [
  ["zeros", "tanh", initializers.zeros()],
  ["small", "tanh", initializers.randomNormal({ stddev: 0.01 })],
  ["large", "tanh", initializers.randomNormal({ stddev: 1 })],
  ["xavier", "tanh", initializers.xavierNormal()],
  ["xavier-relu", "relu", initializers.xavierNormal()],
  ["he-relu", "relu", initializers.heNormal()],
] as const;

say("The standard deviation of the activations in layers 1, 2, 5, 10 and 20:");
const spreads: plots.Series[] = [];
for (const [name, activation, initializer] of ways) {
  const outputs = await signal(activation, initializer);
  show(
    name,
    shown.map((layer) => deviation(outputs[layer - 1] as Float32Array)),
  );
  spreads.push({ name, x: outputs.map((_, i) => i + 1), y: outputs.map(deviation) });
  const lists = shown.map((layer) => [`layer ${layer}`, outputs[layer - 1] as Float32Array]);
  picture(
    `${name}-histograms`,
    plots.histogram(Object.fromEntries(lists), { title: `${name}, ${activation}`, width: 260, height: 190 }),
  );
  if (name === "large") {
    const last = outputs.at(-1) as Float32Array;
    show("saturated", last.filter((value) => Math.abs(value) > 0.99).length / last.length);
  }
}
picture(
  "spread",
  plots.lineChart({
    title: "Spread of the activations",
    xLabel: "layer",
    yLabel: "standard deviation",
    scale: "log",
    series: spreads.filter(({ name }) => name !== "zeros"),
    width: 560,
    height: 340,
  }),
);

say("With zeros all neurons of a layer stay twins. A 2-4-1 network after 100 epochs on XOR:");
const twins = sequential(
  [
    layers.dense({
      units: 4,
      activation: "tanh",
      inputShape: [2],
      kernelInitializer: initializers.constant({ value: 0.5 }),
    }),
    layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: initializers.constant({ value: 0.5 }) }),
  ],
  { seed: 1 },
);
twins.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
await twins.fit(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  [0, 1, 1, 0],
  { epochs: 100, batchSize: 4, shuffle: false, verbose: 0 },
);
const [kernel] = twins.getWeights();
show("twin-weights", [...(kernel?.data ?? [])].slice(0, 4));

say("The rule: the variance of the weights is 1 / inputs (Xavier: 2 / (inputs + outputs)), for ReLU 2 / inputs (He).");
show("xavier-limit", Math.sqrt(6 / (width + width)));
show("xavier-deviation", Math.sqrt(2 / (width + width)));
show("he-deviation", Math.sqrt(2 / width));
