// State that moves on with a step: all values are read before any is written, and only when the update range runs.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { type Assignment, compileGraph, type GraphFunction } from "../../src/graph/compile.js";
import { inputNode, type Variable, variableNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { validateProgram } from "../../src/program/validate.js";
import { testBackends } from "../backends.js";
import { Execution, variable } from "./execute.js";

function compile(variables: readonly Variable[], assign: readonly Assignment[], extra: Partial<GraphFunction> = {}) {
  const program = compileGraph({
    functions: [{ name: "f", outputs: [], assign, ...extra }],
    variables,
    batchRows: 4,
  });
  validateProgram(program.words);
  return program;
}

describe.each(testBackends)("assignments on $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  test("write what the forward range computed, when the update range runs", () => {
    const mean = variable("mean", [2], false);
    const x = inputNode("x", [null, 2]);
    const value = ops.add(ops.mul(0.5, variableNode(mean)), ops.mul(0.5, ops.mean(x, 0)));
    const program = compile([mean], [{ variable: mean, value }], { inputs: [x] });
    const execution = new Execution(program, backend, 3).set(mean, [10, 20]);
    execution.input("f", x, [1, 2, 3, 4, 5, 6]).run("f", false);
    expect(execution.value(mean)).toEqual([10, 20]);
    execution.run("f");
    expect(execution.value(mean)).toEqual([6.5, 12]);
    execution.dispose();
  });

  test("exchange variables, and rotate three of them", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => variable(name, [2], false)) as [Variable, Variable, Variable];
    const program = compile(
      [a, b, c],
      [
        { variable: a, value: variableNode(b) },
        { variable: b, value: variableNode(c) },
        { variable: c, value: variableNode(a) },
      ],
    );
    const execution = new Execution(program, backend).set(a, [1, 2]).set(b, [3, 4]).set(c, [5, 6]).run("f");
    expect([a, b, c].map((one) => execution.value(one))).toEqual([
      [3, 4],
      [5, 6],
      [1, 2],
    ]);
    execution.dispose();
  });

  test("read a reshaped variable before it is written", () => {
    const a = variable("a", [2, 3], false);
    const b = variable("b", [6], false);
    const program = compile(
      [a, b],
      [
        { variable: b, value: ops.reshape(variableNode(a), [6]) },
        { variable: a, value: ops.reshape(variableNode(b), [2, 3]) },
      ],
    );
    const execution = new Execution(program, backend);
    execution.set(a, [1, 2, 3, 4, 5, 6]).set(b, [7, 8, 9, 10, 11, 12]).run("f");
    expect(execution.value(a)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(execution.value(b)).toEqual([1, 2, 3, 4, 5, 6]);
    execution.dispose();
  });

  test("take constants, inputs and the variable itself; the last one counts", () => {
    const names = ["constant", "input", "same", "twice"];
    const list = names.map((name) => variable(name, [2], false)) as [Variable, Variable, Variable, Variable];
    const x = inputNode("x", [2]);
    const program = compile(
      list,
      [
        { variable: list[0], value: ops.add([1, 2], 0) },
        { variable: list[1], value: x },
        { variable: list[2], value: variableNode(list[2]) },
        { variable: list[3], value: ops.add([9, 9], 0) },
        { variable: list[3], value: ops.add(variableNode(list[3]), 1) },
      ],
      { inputs: [x] },
    );
    const execution = new Execution(program, backend);
    for (const one of list) execution.set(one, [7, 8]);
    execution.input("f", x, [3, 4]).run("f");
    expect(list.map((one) => execution.value(one))).toEqual([
      [1, 2],
      [3, 4],
      [7, 8],
      [8, 9],
    ]);
    execution.dispose();
  });

  test("stand beside gradients and outputs", () => {
    const w = variable("w", [2]);
    const norm = variable("norm", [], false);
    const y = ops.square(variableNode(w));
    const loss = ops.sum(y);
    const program = compileGraph({
      functions: [{ name: "f", outputs: [y, loss], loss, assign: [{ variable: norm, value: loss }], update: true }],
      variables: [w, norm],
      optimizer: { rule: { name: "sgd", slots: [], parameters: { momentum: 0, nesterov: 0, weightDecay: 0 } } },
      batchRows: 1,
    });
    const execution = new Execution(program, backend).set(w, [1, 2]).run("f");
    expect(execution.value(norm)).toEqual([5]);
    expect(execution.output("f", y)).toEqual([1, 4]);
    expect(execution.gradient(w)).toEqual([2, 4]);
    const [first = 0, second = 0] = execution.value(w);
    expect(first).toBeCloseTo(0.8, 6);
    expect(second).toBeCloseTo(1.6, 6);
    execution.dispose();
  });

  afterAll(() => backend.setIsa("auto"));
});

test("a new value has the shape of its variable", () => {
  const a = variable("a", [2], false);
  expect(() => compile([a], [{ variable: a, value: ops.add([1, 2, 3], 0) }])).toThrow(
    'function "f": a new value of "a" must have shape [2], received [3].',
  );
});
