// Lesson 2: the bias is a threshold that has changed sides. The lecture's numbers: threshold 100, bias 70 and 20.

import { perceptron, plots } from "feedforward";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("02-bias-and-threshold");

const threshold = show("threshold", 100);
/** The smallest whole weighted sum that makes the neuron fire. */
function firesFrom(bias: number): number {
  const neuron = perceptron({ inputs: 1, weights: [1], threshold, bias });
  let sum = -200;
  while (neuron.predict([sum]) === 0) sum++;
  return sum;
}

say("It fires when sum + bias >= threshold. The sum that is needed:");
show("with-bias-70", firesFrom(70));
show("with-bias-20", firesFrom(20));
show("without-bias", firesFrom(0));

say("The same neuron with threshold 0 and the bias -100:");
const moved = perceptron({ inputs: 1, weights: [1], threshold: 0, bias: -threshold });
const original = perceptron({ inputs: 1, weights: [1], threshold });
const sums = Array.from({ length: 401 }, (_, i) => i - 200);
show("differences", sums.filter((sum) => moved.predict([sum]) !== original.predict([sum])).length);

picture(
  "biases",
  plots.lineChart({
    title: "The bias moves the step",
    xLabel: "weighted sum of the inputs",
    yLabel: "output",
    series: [70, 20, 0].map((bias) => {
      const neuron = perceptron({ inputs: 1, weights: [1], threshold, bias });
      return { name: `bias ${bias}`, x: sums, y: sums.map((sum) => neuron.predict([sum])) };
    }),
    yRange: [-0.2, 1.2],
  }),
);

say("In the plane: the weights turn the line, the bias moves it.");
for (const [name, weights, bias] of [
  ["line", [1, 1], -1],
  ["moved", [1, 1], -2],
  ["turned", [1, -1], -1],
] as const) {
  const neuron = perceptron({ inputs: 2, weights: [...weights], bias });
  const title = `w = ${weights.join(", ")}, b = ${bias}`;
  const range = [-3, 3] as const;
  picture(
    name,
    await plots.decisionBoundary((grid) => neuron.predict(grid), {
      title,
      xRange: range,
      yRange: range,
      resolution: 200,
    }),
  );
}
