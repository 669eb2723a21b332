// Holds the layers of several inputs on every backend and instruction set to Keras in float64: results and gradients.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { type LayerCore, layerCore } from "../../src/layers/layer.js";
import { Pass } from "../../src/layers/pass.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";
import { Execution } from "../graph/execute.js";

interface MergeCase {
  readonly layer: keyof typeof layers;
  readonly options: object;
  readonly shapes: readonly (readonly number[])[];
  readonly xs: readonly (readonly number[])[];
  readonly dy: readonly number[];
  readonly outputShape: readonly number[];
  readonly y: readonly number[];
  readonly dxs: readonly (readonly number[])[];
}

const factories = Object.fromEntries(Object.entries(layers));
const { cases } = readFixture<{ cases: readonly MergeCase[] }>("merge.json");
const tolerance = { relative: 2e-6, absolute: 5e-7 };
const named = cases.map((fixture) => {
  const { layer, options, shapes } = fixture;
  return { name: `${layer} ${JSON.stringify(options)} of ${shapes.map((shape) => `[${shape}]`).join(", ")}`, fixture };
});

describe.each(testBackends)("merging layers against Keras, $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each(named)("$name", ({ fixture }) => {
    const make = factories[fixture.layer] as (options: object) => layers.Layer;
    const core = layerCore(make(fixture.options)) as LayerCore;
    const xs = fixture.shapes.map(([, ...row], i) => inputNode(`x${i}`, [null, ...row]));
    const y = core.call(xs, new Pass(true));
    expect(y.shape.slice(1)).toEqual(fixture.outputShape.slice(1));
    const dy = inputNode("dy", y.shape);
    const loss = ops.sum(ops.mul(y, dy));
    const fn = { name: "layer", inputs: [...xs, dy], outputs: [y, loss], loss, gradientOutputs: xs };
    const rows = fixture.outputShape[0] as number;
    const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: rows }), backend);
    for (const [i, x] of xs.entries()) execution.input("layer", x, fixture.xs[i] as number[]);
    execution.input("layer", dy, fixture.dy).run("layer", false);
    expectClose(execution.output("layer", y), fixture.y, tolerance, "y");
    for (const [i, x] of xs.entries())
      expectClose(execution.gradient(x), fixture.dxs[i] as number[], tolerance, `dx${i}`);
    execution.dispose();
  });

  it("all merging layers are there", () => {
    const list = ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"];
    expect([...new Set(cases.map(({ layer }) => layer))].sort()).toEqual(list);
  });
});
