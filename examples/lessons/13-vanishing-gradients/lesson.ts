// Lesson 13: gradients that vanish on their way to the first layers of a deep sigmoid network, and four cures.

import {
  callbacks,
  initializers,
  type Layer,
  layers,
  losses,
  metrics,
  optimizers,
  plots,
  schedules,
  sequential,
} from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { moons } from "../shared/random.js";

const { say, show, picture } = openNotebook("13-vanishing-gradients");

const depth = 10;
const units = 16;
const { x, y } = moons(400, 0.1, 1);

const loss = losses.binaryCrossentropy({ fromLogits: true });
const accuracy = metrics.binaryAccuracy({ threshold: 0, name: "accuracy" }); // a logit above 0 is a probability above 0.5
type Activation = "sigmoid" | "relu" | "tanh";
type Initial = initializers.InitializerInput;

/** A network of ten hidden layers. With normalization a layer is dense without activation, normalized, then activated. */
function deep(activation: Activation, kernelInitializer: Initial, normalized = false) {
  const hidden = (i: number): Layer[] => {
    const shape = i === 0 ? { inputShape: [2] } : {};
    const name = `layer${i + 1}`;
    if (!normalized) return [layers.dense({ units, activation, kernelInitializer, name, ...shape })];
    return [
      layers.dense({ units, kernelInitializer, useBias: false, name, ...shape }),
      layers.batchNormalization(),
      layers.activation({ activation }),
    ];
  };
  const all = Array.from({ length: depth }, (_, i) => hidden(i)).flat();
  return sequential([...all, layers.dense({ units: 1, name: "output" })], { seed: 1 });
}

const curves: plots.Series[] = [];

/** The gradient norms of the hidden layers before any learning, then the accuracy after 100 epochs of plain SGD. */
async function look(name: string, build: () => ReturnType<typeof deep>): Promise<void> {
  const norms = await gradientNorms(build());
  const net = build();
  // The steps become smaller in the end, so that the last numbers do not depend on the last batch.
  const learningRate = schedules.cosine({ initialLearningRate: 0.1, decaySteps: 1000 });
  net.compile({ optimizer: optimizers.sgd({ learningRate }), loss, metrics: [accuracy] });
  await net.fit(x, y, { epochs: 100, batchSize: 40, verbose: 0 });
  const results = await net.evaluate(x, y);
  show(
    `${name}-norms`,
    [1, 5, 10].map((layer) => norms[layer - 1] as number),
  );
  show(`${name}-ratio`, (norms[depth - 1] as number) / (norms[0] as number));
  show(`${name}-accuracy`, results.accuracy ?? Number.NaN);
  curves.push({ name, x: norms.map((_, i) => i + 1), y: norms });
}

/** Measured by the callback `diagnostics` in an epoch whose steps are too small to change anything. */
async function gradientNorms(net: ReturnType<typeof deep>): Promise<number[]> {
  net.compile({ optimizer: optimizers.sgd({ learningRate: 1e-6 }), loss });
  const diagnostics = callbacks.diagnostics({ rows: 400 });
  await net.fit(x, y, { epochs: 1, batchSize: 400, verbose: 0, callbacks: [diagnostics] });
  const measured = diagnostics.results[0]?.layers ?? [];
  return measured.filter((layer) => layer.name.startsWith("layer")).map(({ gradientNorm }) => gradientNorm);
}

say(
  "Ten sigmoid layers, Xavier's weights. Gradient norms in layers 1, 5 and 10; last over first; accuracy after 100 epochs.",
);
await look("sigmoid", () => deep("sigmoid", "glorotUniform"));
say("1. Batch normalization:");
await look("normalized", () => deep("sigmoid", "glorotUniform", true));
say("2. Initialization, with eight times the deviation, for slopes of 1/4 and less:");
const wide = initializers.randomNormal({ stddev: 8 / Math.sqrt(units) });
await look("initialized", () => deep("sigmoid", wide));
say("3. Another activation, ReLU with He's weights:");
await look("relu", () => deep("relu", "heNormal"));
picture(
  "norms",
  plots.lineChart({
    title: "Gradient norm before learning",
    xLabel: "layer",
    yLabel: "norm",
    scale: "log",
    series: curves,
    width: 560,
    height: 340,
  }),
);

say("4. Clipping, for the opposite disease: ReLU with weights of deviation 0.85, whose gradients explode.");
const large = initializers.randomNormal({ stddev: 0.85 });
const exploding = await gradientNorms(deep("relu", large));
show(
  "exploding-norms",
  [1, 5, 10].map((layer) => exploding[layer - 1] as number),
);
for (const [name, options] of [
  ["without clipping", {}],
  ["with globalClipNorm 1", { globalClipNorm: 1 }],
] as const) {
  const net = deep("relu", large);
  net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1, ...options }), loss, metrics: [accuracy] });
  try {
    const { history } = await net.fit(x, y, { epochs: 100, batchSize: 40, verbose: 0 });
    say(`${name}: trained`);
    show("clipped-losses", [history.loss?.at(0), history.loss?.at(-1)] as number[]);
    show("clipped-accuracy", history.accuracy?.at(-1) ?? Number.NaN);
  } catch (error) {
    say(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
