// What pruning saves: the best validation loss of a random search whose networks are all trained to the end, and of random searches with
// successive halving and Hyperband that may train a quarter of its epochs. Writes bench/tune/halving.json.
// `node --import tsx bench/tune/halving.ts`.

import { writeFileSync } from "node:fs";
import { losses, layers, optimizers, pruners, samplers, sequential, type Trial, tune } from "../../src/node.js";
import { digits } from "./tables.js";

const [seeds, trials, epochs] = [10, 60, 81];
const rows = digits();
let spent = 0;

async function objective(trial: Trial): Promise<number> {
  const rate = trial.float("learningRate", 1e-4, 1e-1, { log: true });
  const units = trial.int("units", 4, 64, { log: true });
  const rateOfDropout = trial.float("dropout", 0, 0.6);
  const net = sequential(
    [
      layers.dense({
        units,
        activation: trial.categorical("activation", ["relu", "tanh", "sigmoid"]),
        inputShape: [196],
      }),
      layers.dropout({ rate: rateOfDropout }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.adam({ learningRate: rate }), loss: losses.sparseCategoricalCrossentropy() });
  let best = Number.POSITIVE_INFINITY;
  const [x, y] = rows.train;
  try {
    await net.fit(x, y, {
      ...{ epochs, batchSize: 32, validationData: rows.held, verbose: 0 },
      callbacks: [
        (epoch, { valLoss = Number.NaN }) => {
          spent++;
          best = Math.min(best, valLoss);
          trial.report(best, epoch + 1);
          if (trial.shouldPrune()) throw trial.pruned();
        },
      ],
    });
  } finally {
    net.dispose();
  }
  return best;
}

const kinds = {
  full: () => pruners.none(),
  successiveHalving: () => pruners.successiveHalving({ minResource: 1, reductionFactor: 3 }),
  hyperband: () => pruners.hyperband({ minResource: 1, maxResource: epochs, reductionFactor: 3 }),
};
const results: { seed: number; pruner: string; best: number; epochs: number }[] = [];
for (let seed = 0; seed < seeds; seed++) {
  for (const [pruner, make] of Object.entries(kinds)) {
    spent = 0;
    const budget = (trials * epochs) / 4;
    const exhausted = () => pruner !== "full" && spent >= budget;
    const most = pruner === "full" ? trials : 100 * trials;
    const study = await tune(objective, {
      sampler: { ...samplers.random(), exhausted },
      pruner: make(),
      trials: most,
      seed,
    });
    results.push({ seed, pruner, best: study.best.value, epochs: spent });
    console.log(seed, pruner, study.best.value.toFixed(4), spent);
  }
}
const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
const of = (pruner: string) => results.filter((one) => one.pruner === pruner);
const summary = Object.keys(kinds).map((pruner) => {
  const ratios = of(pruner).map(({ seed, best, epochs: own }) => {
    const full = of("full").find((one) => one.seed === seed) as (typeof results)[number];
    return { best: best / full.best, epochs: own / full.epochs };
  });
  return { pruner, best: median(ratios.map(({ best }) => best)), epochs: median(ratios.map((one) => one.epochs)) };
});
console.table(summary);
writeFileSync(
  new URL("halving.json", import.meta.url),
  `${JSON.stringify({ seeds, trials, epochs, toFull: summary, results }, null, 1)}\n`,
);
