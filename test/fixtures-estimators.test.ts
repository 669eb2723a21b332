// Holds the estimators to scikit-learn in float64: from the same weights, over the same batches, every solver and rule of stopping.

import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  type MlpClassifier,
  type MlpOptions,
  type MlpRegressor,
  mlpClassifier,
  mlpRegressor,
} from "../src/estimators/index.js";
import type { InitializerContext } from "../src/initializers/initializer.js";
import { Tensor } from "../src/tensor.js";
import { testBackends } from "./backends.js";
import { expectClose, pattern, readFixture } from "./fixtures/fixture.js";

interface EstimatorCase {
  readonly name: string;
  readonly target: "binary" | "multiclass" | "multilabel" | "number" | "numbers" | "counts";
  readonly options: MlpOptions;
  readonly partialFits: number;
  readonly warmFits: number;
  readonly weighted: boolean;
  readonly loss: number;
  readonly lossCurve: readonly number[];
  readonly nIter: number;
  readonly outActivation: string;
  readonly outputs: readonly number[];
  readonly score: number;
  readonly coefs: readonly (readonly number[])[];
  readonly intercepts: readonly (readonly number[])[];
}

interface Fixture {
  readonly rows: number;
  readonly scale: number;
  readonly targets: {
    readonly binary: number[];
    readonly multiclass: string[];
    readonly multilabel: number[][];
    readonly number: number[];
    readonly numbers: number[][];
    readonly counts: number[];
  };
  readonly cases: readonly EstimatorCase[];
}

// The initial weights of the oracle: weight number i of the network is pattern 31 + i.
vi.mock("../src/initializers/random.js", async (original) => ({
  ...(await original<object>()),
  randomUniform: () => Object.assign(givenWeights, { config: {} }),
}));

function givenWeights(shape: readonly number[], context: InitializerContext): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(pattern(size, 31 + context.stream, 0.5), shape);
}

const { rows, targets, cases } = readFixture<Fixture>("estimators.json");
const sampleWeight = pattern(rows, 52).map((v) => 1 + v);
const x = { data: pattern(rows * 4, 51), shape: [rows, 4] };

async function train({
  target,
  options,
  partialFits,
  warmFits,
  weighted,
}: EstimatorCase): Promise<MlpClassifier | MlpRegressor> {
  const settings = weighted ? { sampleWeight } : {};
  const all = { ...options, shuffle: false, warmStart: warmFits > 0 };
  if (target === "number" || target === "numbers" || target === "counts") {
    const regressor = mlpRegressor(all);
    for (let i = 0; i < partialFits; i++) await regressor.partialFit(x, targets[target]);
    for (let i = 0; i <= warmFits && partialFits === 0; i++) await regressor.fit(x, targets[target], settings);
    return regressor;
  }
  const classifier = mlpClassifier(all);
  const classes = { multiclass: ["low", "middle", "top"], binary: [0, 1], multilabel: [0, 1, 2] }[target];
  for (let i = 0; i < partialFits; i++) await classifier.partialFit(x, targets[target], { classes });
  for (let i = 0; i <= warmFits && partialFits === 0; i++) await classifier.fit(x, targets[target], settings);
  return classifier;
}

describe.each(testBackends)("estimators against scikit-learn, $label", ({ use }) => {
  beforeAll(use);

  it.each(cases)("$name", async (oracle) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const estimator = await train(oracle);
    const searches = oracle.options.solver === "lbfgs";
    // A search compares losses: float32 sends it along a slightly different way.
    const tolerance = searches ? { relative: 2e-3, absolute: 2e-3 } : { relative: 5e-5, absolute: 1e-5 };
    expect(estimator.outActivation).toBe(oracle.outActivation);
    if (!searches) {
      expectClose(estimator.lossCurve, oracle.lossCurve, tolerance, "losses");
      expect(estimator.nIter).toBe(oracle.nIter);
    }
    expectClose([estimator.loss], [oracle.loss], tolerance, "loss");
    const outputs = "classes" in estimator ? await estimator.predictProba(x) : await estimator.predict(x);
    expectClose(outputs.flat(), oracle.outputs, tolerance, "outputs");
    const y = targets[oracle.target] as never;
    expectClose(
      [await estimator.score(x, y, oracle.weighted ? { sampleWeight } : {})],
      [oracle.score],
      tolerance,
      "score",
    );
    if (searches) return;
    estimator.coefs.forEach((kernel, i) => {
      expectClose(kernel.flat(), oracle.coefs[i] as number[], tolerance, `coefs ${i}`);
    });
    estimator.intercepts.forEach((bias, i) => {
      expectClose(bias, oracle.intercepts[i] as number[], tolerance, `intercepts ${i}`);
    });
  });
});
