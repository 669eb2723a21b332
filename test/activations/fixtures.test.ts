// Every activation with its options, value and derivative, on every backend and instruction set, held to Keras in float64.

import { beforeAll, describe, expect, it } from "vitest";
import * as activations from "../../src/activations/index.js";
import type { Backend } from "../../src/backends/backend.js";
import { compileGraph } from "../../src/graph/compile.js";
import { constantNode, inputNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture, type Tolerance } from "../fixtures/fixture.js";
import { Execution } from "../graph/execute.js";

interface ActivationCase {
  readonly activation: string;
  readonly options: Readonly<Record<string, number>>;
  readonly y: readonly number[];
  readonly dx: readonly number[];
}

interface ActivationFixture {
  readonly x: readonly number[];
  readonly cases: readonly ActivationCase[];
  readonly rows: readonly number[];
  readonly rowWeights: readonly number[];
  readonly columns: number;
  readonly rowCases: readonly ActivationCase[];
}

const fixture = readFixture<ActivationFixture>("activations.json");

const factories = new Map(Object.entries(activations));

// 1 + erf(x) of gelu and 1.702 x of quickGelu lose relative precision where the result is nearly 0.
const valueTolerance: Tolerance = { relative: 1e-6, absolute: 1e-7 };
const slopeTolerance: Tolerance = { relative: 2e-6, absolute: 3e-7 };

/** The activation of x, and the gradient of its weighed sum. */
function execute(
  backend: Backend,
  { activation, options }: ActivationCase,
  shape: readonly number[],
  x: readonly number[],
  weights: readonly number[],
) {
  const input = inputNode("x", shape);
  const factory = factories.get(activation) as activations.ActivationFactory<object>;
  const output = factory(options)(input);
  const size = output.shape as readonly number[];
  const used = weights.slice(
    0,
    size.reduce((a, b) => a * b, 1),
  );
  const loss = ops.sum(ops.mul(output, constantNode(used, size)));
  const fn = { name: "f", inputs: [input], outputs: [output], loss, gradientOutputs: [input] };
  const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 1 }), backend);
  execution.input("f", input, x).run("f");
  const result = { y: execution.output("f", output), dx: execution.gradient(input) };
  execution.dispose();
  return result;
}

describe.each(testBackends)("activations against Keras, $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each(fixture.cases)("$activation $options", (one) => {
    const { x } = fixture;
    const weights = x.map((_, i) => (i % 2 === 0 ? 1 : -2));
    const { y, dx } = execute(backend, one, [x.length], x, weights);
    expectClose(y, one.y, valueTolerance, "value");
    const slopes = dx.map((value, i) => value / (weights[i] as number));
    expectClose(slopes, one.dx, slopeTolerance, "derivative");
  });

  it.each(fixture.rowCases)("$activation of rows", (one) => {
    const { rows, rowWeights, columns } = fixture;
    const { y, dx } = execute(backend, one, [rows.length / columns, columns], rows, rowWeights);
    expectClose(y, one.y, valueTolerance, "value");
    expectClose(dx, one.dx, slopeTolerance, "gradient");
  });
});

describe("the fixture of activations", () => {
  it("has every activation", () => {
    const names = [...fixture.cases, ...fixture.rowCases].map(({ activation }) => activation);
    const aliases = ["swish", "hardSwish"];
    expect([...new Set(names)].sort()).toEqual(
      Object.keys(activations)
        .filter((name) => !aliases.includes(name))
        .sort(),
    );
  });
});
