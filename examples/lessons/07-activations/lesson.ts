// Lesson 7: activation functions, their slopes, and why layers without them collapse into one.

import { compileFunction, grad, layers, ops, optimizers, plots, type SymbolicTensor, sequential } from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { parametersOf } from "../shared/statistics.js";

const { say, show, picture } = openNotebook("07-activations");

say("h(x) = c x three times, c = 3, x = 2, and once with 27 x:");
const h = (x: number) => 3 * x;
show("three-times", h(h(h(2))));
show("one-layer", 3 ** 3 * 2);

say("Three dense layers without activation, and the one layer that they are:");
const deep = sequential(
  [layers.dense({ units: 5, inputShape: [4] }), layers.dense({ units: 6 }), layers.dense({ units: 2 })],
  { seed: 1 },
);
const [w1, , w2, , w3] = deep.getWeights();
const product = compileFunction((a, b, c) => ops.matmul(ops.matmul(a, b), c), {
  shapes: [
    [4, 5],
    [5, 6],
    [6, 2],
  ],
});
const collapsed = (await product(w1?.data ?? [], w2?.data ?? [], w3?.data ?? [])) as number[][];
const shallow = sequential([layers.dense({ units: 2, inputShape: [4] })]);
shallow.setWeights([collapsed, [0, 0]]);
const x = [
  [1, -2, 3, 0.5],
  [0.1, 0.2, 0.3, 0.4],
  [-5, 4, -3, 2],
];
const [many, one] = [(await deep.predict(x)).data, (await shallow.predict(x)).data];
const difference = Math.max(...many.map((value, i) => Math.abs(value - (one[i] as number))));
say(`largest difference of their outputs: ${difference < 1e-5 ? "below 0.00001" : difference}`);
show("deep-parameters", parametersOf(deep));
show("shallow-parameters", parametersOf(shallow));

say("So a linear network cannot learn XOR, however deep it is; with tanh it can:");
for (const activation of ["linear", "tanh"] as const) {
  const net = sequential(
    [
      layers.dense({ units: 8, activation, inputShape: [2] }),
      layers.dense({ units: 8, activation }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { seed: 2 },
  );
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "binaryCrossentropy" });
  const corners = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const targets = [0, 1, 1, 0];
  const { history } = await net.fit(corners, targets, { epochs: 300, batchSize: 4, verbose: 0 });
  show(`${activation}-loss`, history.loss?.at(-1) ?? Number.NaN);
  const title = `Three layers, ${activation}`;
  picture(
    `${activation}-boundary`,
    await plots.decisionBoundary((grid) => net.predict(grid), { title, points: corners, classes: targets }),
  );
}

say("The functions and their slopes at 0, and far out at -6:");
const names = ["sigmoid", "tanh", "relu", "leakyRelu", "elu", "gelu"] as const;
const xs = Array.from({ length: 121 }, (_, i) => (i - 60) / 10);
const curves: plots.Series[] = [];
const slopes: plots.Series[] = [];
for (const name of names) {
  const f = ops[name] as (v: SymbolicTensor) => SymbolicTensor;
  const values = compileFunction((v) => f(v), { shapes: [[121]] });
  const slope = grad((v) => ops.sum(f(v)));
  curves.push({ name, x: xs, y: (await values(xs)) as number[] });
  const [gradients] = await slope(xs);
  slopes.push({ name, x: xs, y: Array.from(gradients as ArrayLike<number>) });
}
show(
  "slopes-at-0",
  slopes.map(({ y }) => y[60] as number),
);
show(
  "slopes-at-minus-6",
  slopes.map(({ y }) => y[0] as number),
);
const size = { width: 480, height: 340 };
picture(
  "functions",
  plots.lineChart({ title: "Activation functions", xLabel: "net", yLabel: "output", series: curves, ...size }),
);
picture(
  "slopes",
  plots.lineChart({ title: "Their slopes", xLabel: "net", yLabel: "derivative", series: slopes, ...size }),
);

say("The greatest slope of sigmoid, to the power of 10 layers:");
show("sigmoid-10-layers", Math.max(...(slopes[0]?.y ?? [])) ** 10);
