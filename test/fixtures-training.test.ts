// Holds what surrounds the update rule to Keras: regularizers, constraints, clipping, averages of weights, accumulation of
// gradients; and the rules that are written over the graph: LAMB and Muon to Keras, schedule-free AdamW to the package of its authors.
// A network of two layers is trained for 20 steps in float64, from the same weights on the same batches.

import { beforeAll, describe, it } from "vitest";
import {
  constraints,
  layers,
  type Model,
  type Optimizer,
  optimizers,
  regularizers,
  sequential,
  tensor,
} from "../src/index.js";
import { testBackends } from "./backends.js";
import { expectClose, pattern, readFixture } from "./fixtures/fixture.js";

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

/** One factory by its name, with its options. */
type Made<Name extends string> = Partial<Record<Name, object>>;
type MadeRegularizer = Made<"l1" | "l2" | "l1l2" | "orthogonal">;
type MadeConstraint = Made<"maxNorm" | "nonNeg" | "unitNorm" | "minMaxNorm">;

interface TrainingCase {
  readonly name: string;
  readonly optimizer: {
    readonly name: "sgd" | "adam" | "lamb" | "muon" | "scheduleFreeAdamW";
    readonly options: object;
  };
  /** The learning rate of each step, when it changes. */
  readonly rates?: readonly number[];
  /** The averages take the place of the weights at the end. */
  readonly finalize?: boolean;
  readonly first?: {
    readonly kernelRegularizer?: MadeRegularizer;
    readonly biasRegularizer?: MadeRegularizer;
    readonly activityRegularizer?: MadeRegularizer;
    readonly kernelConstraint?: MadeConstraint;
    readonly biasConstraint?: MadeConstraint;
  };
  readonly losses: readonly number[];
  readonly evaluated: number;
  readonly final: readonly (readonly number[])[];
}

interface TrainingFixture {
  readonly steps: number;
  readonly batch: number;
  readonly x: Values;
  readonly y: Values;
  readonly weights: { readonly scale: number; readonly seed: number };
  readonly cases: readonly TrainingCase[];
}

const fixture = readFixture<TrainingFixture>("training.json");
const torch = readFixture<Pick<TrainingFixture, "cases">>("training_torch.json");
const lossTolerance = { relative: 1e-5, absolute: 2e-6 };
const weightTolerance = { relative: 2e-5, absolute: 1e-5 };

function make<T>(factories: Readonly<Record<string, unknown>>, made: Made<string>): T {
  const [name = "", options = {}] = Object.entries(made)[0] ?? [];
  return (factories[name] as (options: object) => T)(options);
}

function build({ optimizer, first = {} }: TrainingCase): Model {
  const rules = Object.fromEntries(
    Object.entries(first).map(([option, made]) => {
      return [option, make(option.endsWith("Constraint") ? constraints : regularizers, made)];
    }),
  );
  const net = sequential([
    layers.dense({ units: 4, activation: "tanh", name: "first", inputShape: [5], ...rules }),
    layers.dense({ units: 3, name: "second" }),
  ]);
  net.compile({ optimizer: make<Optimizer>(optimizers, { [optimizer.name]: optimizer.options }), loss: "mse" });
  const { seed, scale } = fixture.weights;
  net.setWeights(
    net.getWeights().map(({ shape, data }, i) => ({ shape, data: pattern(data.length, seed + i, scale) })),
  );
  return net;
}

/** Rows of the fixture's data. */
function rows({ shape: [all = 0, width = 0], data }: Values, from: number, to: number) {
  const end = Math.min(to, all);
  return tensor(data.slice(from * width, end * width), [end - from, width]);
}

describe.each(testBackends)("training against Keras and PyTorch, $label", ({ use }) => {
  beforeAll(use);
  const { x, y, batch, steps } = fixture;

  it.each([...fixture.cases, ...torch.cases])("$name", async (one) => {
    using net = build(one);
    const path: number[] = [];
    for (let step = 0; step < steps; step++) {
      const from = step % 2 === 0 ? 0 : batch;
      if (one.rates !== undefined && net.optimizer !== null) net.optimizer.learningRate = one.rates[step] as number;
      const { loss } = await net.trainOnBatch(rows(x, from, from + batch), rows(y, from, from + batch));
      path.push(loss);
    }
    expectClose(path, one.losses, lossTolerance, "losses");
    if (one.finalize) net.swapEmaWeights();
    const { loss } = await net.testOnBatch(rows(x, 0, 6), rows(y, 0, 6));
    expectClose([loss], [one.evaluated], lossTolerance, "the loss of an evaluation");
    for (const [i, { name, data }] of net.getWeights().entries()) {
      expectClose(data, one.final[i] as number[], weightTolerance, name);
    }
  });
});
