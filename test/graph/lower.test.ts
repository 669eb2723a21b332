// Which computations become one: equal ones, and no others.

import { expect, test } from "vitest";
import { fill } from "../../src/graph/build.js";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { Execution } from "./execute.js";

test("numbers that JSON writes alike stay different", () => {
  const x = inputNode("x", [2]);
  const values = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const outputs = values.map((value) => ops.div(x, fill(value, [2])));
  const fn = { name: "f", inputs: [x], outputs };
  const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 1 }));
  execution.input("f", x, [1, 2]).run("f");
  const results = outputs.map((output) => execution.output("f", output)[0]);
  expect(results).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0]);
  execution.dispose();
});

test("equal computations are one step", () => {
  const x = inputNode("x", [2]);
  const outputs = [ops.div(x, fill(-0, [2])), ops.div(x, fill(-0, [2]))];
  const { instructions } = compileGraph({
    functions: [{ name: "f", inputs: [x], outputs }],
    variables: [],
    batchRows: 1,
  });
  expect(instructions.length).toBe(2);
});
