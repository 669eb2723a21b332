// Lesson 11: the same network, four ways to find its hyper-parameters, and how many trials each of them needs.

import { layers, metrics, optimizers, plots, regularizers, sequential, type Trial, tune } from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { moons } from "../shared/random.js";

const { say, show, picture } = openNotebook("11-hyperparameters");

const train = moons(200, 0.2, 1);
const validation = moons(400, 0.2, 2);

/** The cross-entropy on the validation points of a 2-units-1 network after 20 epochs: what is to be made small. */
async function objective(learningRate: number, units: number, penalty: number): Promise<number> {
  const kernelRegularizer = regularizers.l2({ l2: penalty });
  const net = sequential(
    [
      layers.dense({ units, activation: "tanh", inputShape: [2], kernelRegularizer }),
      layers.dense({ units: 1, activation: "sigmoid", kernelRegularizer }),
    ],
    { seed: 1 },
  );
  const entropy = metrics.binaryCrossentropy({ name: "entropy" });
  net.compile({ optimizer: optimizers.adam({ learningRate }), loss: "binaryCrossentropy", metrics: [entropy] });
  await net.fit(train.x, train.y, { epochs: 20, batchSize: 20, verbose: 0 });
  const results = await net.evaluate(validation.x, validation.y, { batchSize: 400 });
  net.dispose();
  // Four digits: rounding that differs from processor to processor must not lead a search another way.
  return Number((results.entropy ?? Number.NaN).toFixed(4));
}

const target = show("target", 0.115);
/** At which trial a search first came below the target; one more than it has when it never did. */
const reachedAt = (values: readonly number[]) => {
  const at = values.findIndex((value) => value < target);
  return at < 0 ? values.length + 1 : at + 1;
};

say("By hand: learning rate, units, penalty, and what came of it.");
const guesses = [
  [0.001, 8, 1e-6], // the usual first guess
  [0.01, 8, 1e-6], // still falling at the end: faster
  [0.1, 8, 1e-6], // faster still
  [1, 8, 1e-6], // too fast
  [0.1, 16, 1e-6], // more neurons
  [0.1, 4, 1e-6], // fewer
] as const;
const byHand: number[] = [];
for (const [rate, units, penalty] of guesses) {
  const value = await objective(rate, units, penalty);
  byHand.push(value);
  say(`${rate}, ${units}, ${penalty}: ${value.toFixed(2)}`);
}
show("manual-trials", reachedAt(byHand));

say("A grid of 5 learning rates, 4 sizes and 4 penalties:");
const rates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
const sizes = [2, 8, 32, 128];
const penalties = [1e-6, 1e-4, 1e-2, 1];
const byGrid: number[] = [];
for (const penalty of penalties) {
  for (const units of sizes) {
    for (const rate of rates) byGrid.push(await objective(rate, units, penalty));
  }
}
show("grid-trials", byGrid.length);
show("grid-best", Math.min(...byGrid));
show("grid-reached", byGrid.filter((value) => value < target).length);

say("Searches over the same ranges, 40 trials, each with 7 seeds:");
const asked = (trial: Trial) =>
  objective(
    trial.float("learningRate", 1e-5, 1, { log: true }),
    trial.int("units", 1, 128, { log: true }),
    trial.float("penalty", 1e-6, 1, { log: true }),
  );
const trials = 40;
// Random search against a grid: Bergstra and Bengio, 2012.
const seeds = [1, 2, 3, 4, 5, 6, 7];
const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) / 2] as number;
const curves: plots.Series[] = [];
for (const [name, sampler] of [
  ["random", "random"],
  ["bayesian-gp", "gp"],
  ["bayesian-tpe", "tpe"],
] as const) {
  const runs: number[][] = [];
  for (const seed of seeds) {
    const study = await tune(asked, { sampler, trials, seed });
    runs.push(study.trials.map(({ value }) => value ?? Number.POSITIVE_INFINITY));
  }
  show(`${name}-reached`, runs.filter((values) => reachedAt(values) <= trials).length);
  show(`${name}-within-30`, runs.filter((values) => reachedAt(values) <= 30).length);
  show(`${name}-best`, middle(runs.map((values) => Math.min(...values))));
  const best = Array.from({ length: trials }, (_, i) => middle(runs.map((run) => Math.min(...run.slice(0, i + 1)))));
  // The first trials, which are random for all, would hide the rest.
  curves.push({ name, x: best.map((_, i) => i + 1).slice(8), y: best.slice(8) });
}
picture(
  "search",
  plots.lineChart({
    title: "The best so far from trial 9 on, median of 7 seeds",
    xLabel: "trial",
    yLabel: "cross-entropy",
    series: curves,
    reference: [
      [9, target],
      [trials, target],
    ],
    width: 560,
    height: 340,
  }),
);

const exponents = Array.from({ length: 26 }, (_, i) => -5 + i / 5);
const series: plots.Series[] = [];
for (const units of [2, 16, 128]) {
  const y: number[] = [];
  for (const exponent of exponents) y.push(await objective(10 ** exponent, units, 1e-6));
  series.push({ name: `${units} units`, x: exponents, y: y.map((value) => Math.min(value, 1)) });
}
picture(
  "landscape",
  plots.lineChart({
    title: "What the searches do not see: the landscape",
    xLabel: "log10 of the learning rate",
    yLabel: "cross-entropy",
    series,
    width: 560,
    height: 340,
  }),
);
