// Holds layers on every backend and instruction set to Keras in float64: results, gradients and state.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import type { Layer } from "../../src/layers/index.js";
import * as layers from "../../src/layers/index.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture, type Tolerance } from "../fixtures/fixture.js";
import { LayerRun } from "./run-layer.js";

interface LayerCase {
  readonly layer: keyof typeof layers;
  readonly options: object;
  readonly training: boolean;
  readonly shape: readonly number[];
  /** For layers of several inputs: where x is cut. */
  readonly cut?: number;
  readonly x: readonly number[];
  readonly dy: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly outputShape: readonly number[];
  readonly y: readonly number[];
  readonly dx: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly state: Readonly<Record<string, readonly number[]>>;
}

const factories: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.entries(layers)),
  spectralNormalization: ({ units, ...options }: { units: number }) =>
    layers.spectralNormalization({ layer: layers.dense({ units }), ...options }),
};
const { cases } = readFixture<{ cases: readonly LayerCase[] }>("layers.json");
// Of the 1e-5. Means of terms of both signs have an absolute error.
const tolerance: Tolerance = { relative: 5e-6, absolute: 2e-6 };

const named = cases.map((fixture) => {
  const { layer, options, shape, training } = fixture;
  return {
    name: `${layer} ${JSON.stringify(options)} on [${shape}]${training ? " in training" : ""}`,
    fixture,
  };
});

describe.each(testBackends)("layers against Keras, $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each(named)("$name", ({ fixture }) => {
    const { layer, options, shape, cut, x, dy, weights, training } = fixture;
    const make = factories[layer] as (options: object) => Layer;
    const inputs = cut === undefined ? {} : { inputs: (given: SymbolicTensor) => ops.split(given, [cut]) };
    const run = new LayerRun(make(options), { shape, x, dy: () => dy, weights, training, ...inputs }, backend);
    expect(run.outputShape.slice(1)).toEqual(fixture.outputShape.slice(1));
    expectClose(run.y, fixture.y, tolerance, "y");
    expectClose(run.dx, fixture.dx, tolerance, "dx");
    expect(Object.keys(run.gradients).sort()).toEqual(Object.keys(fixture.gradients).sort());
    for (const [name, gradient] of Object.entries(run.gradients)) {
      expectClose(gradient, fixture.gradients[name] as number[], tolerance, name);
    }
    const state = run.step();
    expect(Object.keys(state).sort()).toEqual(Object.keys(fixture.state).sort());
    for (const [name, values] of Object.entries(state)) {
      expectClose(values, fixture.state[name] as number[], tolerance, name);
    }
    run.dispose();
  });
});

describe("fixtures of layers", () => {
  it("cover every layer", () => {
    const elsewhere = {
      "merge.json": ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"],
      "noise.test.ts, by distribution": ["alphaDropout", "gaussianDropout", "gaussianNoise", "dropout"],
      "lookup.test.ts, by the examples of Keras": ["hashing", "integerLookup", "stringLookup"],
      "activity-regularization.test.ts": ["activityRegularization"],
      "what users write": ["custom"],
      "nothing to compute": ["input"],
    };
    const covered = new Set([...cases.map(({ layer }) => layer), ...Object.values(elsewhere).flat()]);
    expect(Object.keys(layers).filter((name) => !covered.has(name))).toEqual([]);
  });
});
