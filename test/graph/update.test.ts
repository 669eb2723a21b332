// The parts of an update: what is read before it is written, and the memory that stages share with the pass before them.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { type Assignment, compileGraph, type OptimizerSpec } from "../../src/graph/compile.js";
import { type SymbolicTensor, type Variable, variableNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { validateProgram } from "../../src/program/validate.js";
import { testBackends } from "../backends.js";
import { Execution, variable } from "./execute.js";
import { numbers } from "./random.js";

const sgd: OptimizerSpec = {
  rule: { name: "sgd", slots: [], parameters: { momentum: 0, nesterov: 0, weightDecay: 0 } },
};

/** loss = sum(a * b), so that each one's gradient is the other. */
function compile(
  [a, b]: readonly [Variable, Variable],
  optimizer: OptimizerSpec,
  constrain: readonly Assignment[] = [],
) {
  const loss = ops.sum(ops.mul(variableNode(a), variableNode(b)));
  const program = compileGraph({
    functions: [{ name: "f", outputs: [loss], loss, update: true, constrain }],
    variables: [a, b],
    optimizer,
    batchRows: 1,
  });
  validateProgram(program.words);
  return program;
}

describe.each(testBackends)("updates on $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });
  afterAll(() => backend.setIsa("auto"));

  test("constraints read everything before they write anything", () => {
    const [a, b] = [variable("a", [3]), variable("b", [3])];
    const program = compile([a, b], sgd, [
      // In place, with a result that others read, and read by others after it.
      { variable: a, value: ops.add(variableNode(a), variableNode(b)) },
      { variable: b, value: ops.sub(variableNode(a), variableNode(b)) },
    ]);
    const execution = new Execution(program, backend).set(a, [1, 2, 3]).set(b, [4, 5, 6]);
    execution.run("f", true, 0);
    expect(execution.value(a)).toEqual([5, 7, 9]);
    expect(execution.value(b)).toEqual([-3, -3, -3]);
    execution.dispose();
  });

  test("constraints exchange variables, one of them changed in place", () => {
    const [a, b] = [variable("a", [3]), variable("b", [3])];
    const program = compile([a, b], sgd, [
      { variable: a, value: ops.mul(variableNode(a), 2) },
      { variable: b, value: variableNode(a) },
    ]);
    const execution = new Execution(program, backend).set(a, [1, 2, 3]).set(b, [4, 5, 6]).run("f", true, 0);
    expect(execution.value(a)).toEqual([2, 4, 6]);
    expect(execution.value(b)).toEqual([1, 2, 3]);
    execution.dispose();
  });

  test("a matrix that its own new value is multiplied with stays until the product is done", () => {
    const [a, b] = [variable("a", [2, 2]), variable("b", [2, 2])];
    const node = variableNode(a);
    const program = compile([a, b], sgd, [{ variable: a, value: ops.add(ops.matmul(node, ops.mul(node, 2)), node) }]);
    const execution = new Execution(program, backend).set(a, [1, 2, 3, 4]).set(b, [0, 0, 0, 0]).run("f", true, 0);
    expect(execution.value(a)).toEqual([15, 22, 33, 48]);
    execution.dispose();
  });

  test("clipping by value works on the gradients' own memory", () => {
    const [a, b] = [variable("a", [3]), variable("b", [3])];
    const program = compile([a, b], { ...sgd, clip: { by: "value", limit: 2 } });
    const execution = new Execution(program, backend).set(a, [1, -5, 2]).set(b, [3, -1, Number.NaN]).run("f", true, 1);
    expect(execution.gradient(a)).toEqual([2, -1, Number.NaN]);
    expect(execution.gradient(b)).toEqual([1, -2, 2]);
    expect(execution.value(b)).toEqual([2, 1, Number.NaN]);
    const copies = program.instructions.filter(({ op }) => op === "copy");
    expect(copies).toEqual([]);
    execution.dispose();
  });

  test("clipping by norm looks at each variable, by global norm at all", () => {
    const [a, b] = [variable("a", [2]), variable("b", [2])];
    const run = (by: "norm" | "globalNorm", limit: number) => {
      const execution = new Execution(compile([a, b], { ...sgd, clip: { by, limit } }), backend);
      execution.set(a, [3, 4]).set(b, [0, 12]).run("f", true, 0);
      const result = [...execution.gradient(a), ...execution.gradient(b)];
      execution.dispose();
      return result;
    };
    expect(run("norm", 5)).toEqual([0, 5, 3, 4]);
    expect(run("norm", 20)).toEqual([0, 12, 3, 4]);
    expect(run("globalNorm", 6.5)).toEqual([0, 6, 1.5, 2]);
    expect(run("globalNorm", 13)).toEqual([0, 12, 3, 4]);
  });

  test("clipping leaves zeros alone, and spreads what is not finite", () => {
    const [a, b] = [variable("a", [2]), variable("b", [2])];
    const run = (by: "norm" | "globalNorm", other: number) => {
      const execution = new Execution(compile([a, b], { ...sgd, clip: { by, limit: 1 } }), backend);
      execution.set(a, [0, 0]).set(b, [0, other]).run("f", true, 0);
      const result = [...execution.gradient(a), ...execution.gradient(b)];
      execution.dispose();
      return result;
    };
    expect(run("norm", 0)).toEqual([0, 0, 0, 0]);
    expect(run("globalNorm", 0)).toEqual([0, 0, 0, 0]);
    expect(run("globalNorm", Number.POSITIVE_INFINITY)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(run("globalNorm", Number.NaN)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  test("accumulation adds up, applies the mean, and begins anew", () => {
    const [a, b] = [variable("a", [2]), variable("b", [2])];
    const program = compile([a, b], { ...sgd, accumulationSteps: 2 });
    const { first = 0, updateFirst = 0, applyFirst = 0, last = 0 } = program.functions.f ?? {};
    const executable = backend.createProgram(program.words);
    for (const { offset, values } of program.constants) executable.write(offset, values);
    executable.write(program.parameters.offset, [1, 2, 3, 4]);
    const slot = program.slots[0]?.region.offset ?? 0;
    const state = { learningRate: 1, step: 0, seed: [0, 0] } as const;
    expect(updateFirst).toBeLessThan(applyFirst);
    executable.run(first, applyFirst, 1, state);
    expect([...executable.read(slot, 4)]).toEqual([3, 4, 1, 2]);
    expect([...executable.read(0, 4)]).toEqual([1, 2, 3, 4]);
    executable.run(first, last, 1, state);
    expect([...executable.read(0, 4)]).toEqual([-2, -2, 2, 2]);
    expect([...executable.read(slot, 4)]).toEqual([0, 0, 0, 0]);
    executable.dispose();
  });
});

test("variables that do not decay are updated apart", () => {
  const [a, b] = [variable("a", [1]), variable("b", [1])];
  const rule = { name: "sgd", slots: [], parameters: { momentum: 0, nesterov: 0, weightDecay: 0.5 } } as const;
  const program = compile([a, b], { rule, decays: ({ name }) => name !== "b" });
  const execution = new Execution(program).set(a, [1]).set(b, [1]).run("f", true, 1);
  expect(execution.value(a)).toEqual([-0.5]);
  expect(execution.value(b)).toEqual([0]);
  expect(compile([a, b], { rule }).instructions.filter(({ op }) => op === "update").length).toBe(1);
});

/** What a random assignment computes from two of the variables. */
const formulas: readonly ((x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor)[] = [
  (x) => x,
  (x, y) => ops.add(x, y),
  (x, y) => ops.sub(ops.mul(x, 2), y),
  (x, y) => ops.matmul(x, ops.add(y, x)),
  (x) => ops.add(ops.square(x), ops.sum(x, 0)),
  (x, y) => ops.mul(x, ops.sum(ops.mul(x, y))),
  (x) => ops.reshape(ops.add(ops.reshape(x, [9]), 1), [3, 3]),
  (x, y) => ops.reshape(ops.mul(ops.reshape(x, [1, 9]), ops.reshape(y, [1, 9])), [3, 3]),
  (x, y) => ops.where(ops.greater(x, y), x, ops.neg(y)),
  (x) => ops.transpose(x),
  (x) => ops.softmax(ops.tanh(x)),
  () => ops.broadcastTo(ops.add(0.5, 0), [3, 3]),
];

test("random stages give what their formulas give before anything is written", () => {
  const names = ["a", "b", "c", "d"];
  const choice = fc.record({
    target: fc.integer({ min: 0, max: 3 }),
    x: fc.integer({ min: 0, max: 3 }),
    y: fc.integer({ min: 0, max: 3 }),
    formula: fc.integer({ min: 0, max: formulas.length - 1 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(choice, { selector: ({ target }) => target, minLength: 1 }), (choices) => {
      const variables = names.map((name) => variable(name, [3, 3]));
      const constrain = choices.map(({ target, x, y, formula }) => {
        const [left, right] = [variables[x], variables[y]] as [Variable, Variable];
        const value = formulas[formula]?.(variableNode(left), variableNode(right)) as SymbolicTensor;
        return { variable: variables[target] as Variable, value };
      });
      const loss = ops.sum(ops.mul(0, variables.map(variableNode).reduce(ops.add)));
      const outputs = constrain.map(({ value }) => value);
      const program = compileGraph({
        functions: [
          { name: "formulas", outputs },
          { name: "update", outputs: [loss], loss, update: true, constrain },
        ],
        variables,
        optimizer: sgd,
        batchRows: 1,
      });
      validateProgram(program.words);
      const execution = new Execution(program);
      variables.forEach((one, i) => {
        execution.set(one, numbers(i, 9, -1, 1));
      });
      const expected = new Map(variables.map((one) => [one, execution.value(one)]));
      execution.run("formulas");
      for (const { variable: target, value } of constrain) expected.set(target, execution.output("formulas", value));
      execution.run("update");
      for (const one of variables) expect(execution.value(one), one.name).toEqual(expected.get(one));
      execution.dispose();
    }),
    { numRuns: 1000 },
  );
});
