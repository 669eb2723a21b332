// Holds the losses of `losses.*`, with their options, reductions, weights and ignored classes, to Keras and PyTorch in float64: value
// and gradient, on every backend and instruction set.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/backends/backend.js";
import { compileGraph } from "../src/graph/compile.js";
import { inputNode, type SymbolicTensor } from "../src/graph/node.js";
import * as losses from "../src/losses/index.js";
import { reduceLoss } from "../src/losses/reduction.js";
import * as ops from "../src/ops/index.js";
import { testBackends } from "./backends.js";
import { expectClose, type FixtureNumber, readFixture, type Tolerance } from "./fixtures/fixture.js";
import { Execution } from "./graph/execute.js";

const factories: Readonly<Record<Name, (options: object) => losses.Loss>> = { ...losses };

type Name = keyof typeof losses;

interface Inputs {
  readonly columns: number;
  readonly prediction: readonly number[];
  readonly target: readonly number[];
}

interface Fixture {
  readonly dl: readonly number[];
  readonly inputs: Readonly<Record<string, Inputs>>;
  readonly cases: readonly {
    readonly loss: Name;
    readonly options: Readonly<Record<string, unknown>>;
    readonly inputs: string;
    readonly values: readonly FixtureNumber[];
    readonly gradient: readonly FixtureNumber[];
  }[];
}

interface ReducedFixture extends Fixture {
  readonly reduced: readonly (Inputs & {
    readonly loss: Name;
    readonly options: Readonly<Record<string, unknown>>;
    readonly weights: readonly number[] | null;
    readonly value: readonly FixtureNumber[];
    readonly gradient: readonly FixtureNumber[];
  })[];
}

const keras = readFixture<ReducedFixture>("losses_composed.json");
const torch = readFixture<Fixture>("losses_torch.json");
// A name for each case, with what it needs.
const cases = [keras, torch].flatMap((fixture) =>
  fixture.cases.map((entry) => {
    const data = fixture.inputs[entry.inputs] as Inputs;
    return [`${title(entry)} of ${entry.inputs}`, { ...entry, data, dl: fixture.dl }] as const;
  }),
);
const reduced = keras.reduced.map((entry) => [`${title(entry)}, weights ${entry.weights}`, entry] as const);
const tolerance: Tolerance = { relative: 2e-6, absolute: 2e-7 };

function makeLoss(name: Name, options: Readonly<Record<string, unknown>>): losses.Loss {
  return factories[name](options as object);
}

interface Computation {
  readonly values: (yTrue: SymbolicTensor, yPred: SymbolicTensor, weights: SymbolicTensor) => SymbolicTensor;
  /** From the values to the number that is differentiated. */
  readonly total: (values: SymbolicTensor, weights: SymbolicTensor) => SymbolicTensor;
}

function compute(backend: Backend, data: Inputs, weights: readonly number[], computation: Computation) {
  const rows = data.prediction.length / data.columns;
  const yPred = inputNode("prediction", [null, data.columns]);
  const yTrue = inputNode("target", [null, data.target.length / rows]);
  const column = inputNode("weights", [null, 1]);
  const values = computation.values(yTrue, yPred, column);
  const loss = computation.total(values, column);
  const inputs = [yTrue, yPred, column];
  const functions = [{ name: "f", inputs, outputs: [values], loss, gradientOutputs: [yPred] }];
  const execution = new Execution(compileGraph({ functions, variables: [], batchRows: rows }), backend);
  execution.input("f", yTrue, data.target).input("f", yPred, data.prediction);
  execution.input("f", column, weights.slice(0, rows)).run("f");
  const result = { values: execution.output("f", values), gradient: execution.gradient(yPred) };
  execution.dispose();
  return result;
}

function title({ loss, options }: { loss: Name; options: object }): string {
  return `${loss} ${JSON.stringify(options)}`;
}

describe("the oracles", () => {
  it("cover every loss", () => {
    const found = new Set<string>([...cases, ...reduced].map(([, { loss }]) => loss));
    // These are ops of the core: losses.json.
    for (const name of ["meanSquaredError", "meanAbsoluteError", "categoricalCrossentropy"]) found.add(name);
    expect(found).toEqual(new Set(Object.keys(losses)));
  });
});

describe.each(testBackends)("losses against oracles, $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each(cases)("%s", (_, entry) => {
    const loss = makeLoss(entry.loss, entry.options);
    const result = compute(backend, entry.data, entry.dl, {
      values: loss,
      total: (values, dl) => (values.shape.length === 0 ? values : ops.sum(ops.mul(values, dl))),
    });
    expectClose(result.values, entry.values, tolerance, "value");
    expectClose(result.gradient, entry.gradient, tolerance, "gradient");
  });

  it.each(reduced)("%s", (_, entry) => {
    const loss = makeLoss(entry.loss, entry.options);
    const result = compute(backend, entry, entry.weights ?? [1, 1, 1, 1, 1, 1], {
      values: (yTrue, yPred, weights) =>
        reduceLoss("loss", loss, yTrue, yPred, entry.weights === null ? undefined : weights),
      total: (value) => value,
    });
    expectClose(result.values, entry.value, tolerance, "value");
    expectClose(result.gradient, entry.gradient, tolerance, "gradient");
  });
});
