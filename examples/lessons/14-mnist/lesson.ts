// Lesson 14: handwritten digits. From a guess of 10 % to 98 %, step by step, on the 10,000 images of the test set.

import { layers, losses, metrics, optimizers, plots, schedules, sequential, tensor } from "feedforward";
import { drawDigits, readDigits } from "../shared/mnist.js";
import { openNotebook } from "../shared/notebook.js";
import { parametersOf } from "../shared/statistics.js";

const { say, show, picture } = openNotebook("14-mnist");

const train = await readDigits("train");
const test = await readDigits("test");
show("train-rows", train.rows);
show("test-rows", test.rows);
say("Images of 28 x 28:");
show("pixels", train.x.length / train.rows);
const row = (digits: typeof train, i: number) => digits.x.subarray(i * 784, (i + 1) * 784);
picture(
  "examples",
  drawDigits(
    Array.from({ length: 16 }, (_, i) => ({ pixels: row(train, i), text: `${train.y[i]}` })),
    8,
  ),
);

const x = tensor(train.x, [train.rows, 784]);
const xTest = tensor(test.x, [test.rows, 784]);

/** The last layer gives logits; the first one makes [0, 1] of the bytes, and is saved with the model. */
function network(hidden: readonly number[], dropout = 0) {
  return sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [784] }),
      ...hidden.flatMap((units) => [
        layers.dense({ units, activation: "relu", kernelInitializer: "heNormal" }),
        ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
      ]),
      layers.dense({ units: 10 }),
    ],
    { seed: 1 },
  );
}

const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
const steps: { name: string; accuracy: number }[] = [];

async function tell(name: string, net: ReturnType<typeof network>): Promise<void> {
  const { accuracy = Number.NaN } = await net.evaluate(xTest, test.y, { batchSize: 1000 });
  steps.push({ name, accuracy: show(name, accuracy) });
}

say("1. Nothing learnt: a guess.");
const guess = network([64]);
guess.compile({ optimizer: "sgd", loss, metrics: ["accuracy"] });
await tell("guess", guess);

say("2. No hidden layer: softmax regression, 2 epochs.");
const linear = network([]);
linear.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss, metrics: ["accuracy"] });
await linear.fit(x, train.y, { epochs: 2, batchSize: 128, verbose: 0 });
await tell("linear", linear);

say("3. One hidden layer of 64, plain SGD, 2 epochs.");
const plain = network([64]);
plain.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss, metrics: ["accuracy"] });
await plain.fit(x, train.y, { epochs: 2, batchSize: 128, verbose: 0 });
await tell("sgd", plain);

say("4. The same with Adam.");
const adam = network([64]);
adam.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss, metrics: ["accuracy"] });
await adam.fit(x, train.y, { epochs: 2, batchSize: 128, verbose: 0 });
await tell("adam", adam);

say("5. 784-256-128-10, a little dropout, 6 epochs, a learning rate that falls along a cosine.");
const epochs = 6;
const net = network([256, 128], 0.1);
const decaySteps = epochs * Math.ceil(train.rows / 128);
net.compile({
  optimizer: optimizers.adam({ learningRate: schedules.cosine({ initialLearningRate: 2e-3, decaySteps }) }),
  loss,
  metrics: ["accuracy"],
});
say(net.summary());
const { history } = await net.fit(x, train.y, { epochs, batchSize: 128, verbose: 0 });
await tell("final", net);
show("parameters", parametersOf(net));
show("loss", [history.loss?.at(0), history.loss?.at(-1)] as number[]);
picture(
  "accuracies",
  plots.lineChart({
    title: "Accuracy on the test images, step by step",
    xLabel: "step",
    yLabel: "accuracy",
    series: [{ name: "accuracy", x: steps.map((_, i) => i + 1), y: steps.map(({ accuracy }) => accuracy) }],
    yRange: [0, 1],
  }),
);

say("What is still wrong:");
const logits = await net.predict(xTest, { batchSize: 1000 });
const answers = Array.from({ length: test.rows }, (_, i) => {
  const scores = logits.data.subarray(i * 10, i * 10 + 10);
  return scores.indexOf(Math.max(...scores));
});
const wrong = answers.flatMap((answer, i) => (answer === test.y[i] ? [] : [i]));
show("wrong", wrong.length);
picture(
  "wrong-digits",
  drawDigits(
    wrong.slice(0, 16).map((i) => ({ pixels: row(test, i), text: `${test.y[i]}, not ${answers[i]}` })),
    8,
  ),
);
const matrix = metrics.confusionMatrix(test.y, answers);
picture("confusion", matrix.toSvg({ title: "Confusion matrix" }));
