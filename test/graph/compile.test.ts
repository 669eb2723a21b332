// Whole programs: what they compute with all rewrites and shared memory is what they compute without; the layout of the arena.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { type CompiledProgram, compileGraph, type GraphFunction, type OptimizerSpec } from "../../src/graph/compile.js";
import { inputNode, type Variable, variableNode, withLayer } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { validateProgram } from "../../src/program/validate.js";
import { testBackends } from "../backends.js";
import { Execution, float64, variable } from "./execute.js";
import { numbers } from "./random.js";
import { type Choice, choices, type RandomGraph, randomGraph } from "./random-graph.js";

const sgd: OptimizerSpec = {
  rule: { name: "sgd", slots: [], parameters: { momentum: 0, nesterov: 0, weightDecay: 0 } },
};
const batchRows = 6;

function compile(graph: RandomGraph, plain: boolean): CompiledProgram {
  const outputs = plain ? graph.all : [graph.output, graph.loss];
  const functions: GraphFunction[] = [
    { name: "train", outputs, inputs: [graph.input, graph.target], loss: graph.loss },
  ];
  return compileGraph({ functions, variables: graph.variables, batchRows, fuse: !plain });
}

function execute(graph: RandomGraph, program: CompiledProgram, backend: Backend, rows: number): number[][] {
  const execution = new Execution(program, backend, rows);
  graph.variables.forEach((weight, i) => {
    const count = weight.shape.reduce((a, b) => a * b, 1);
    execution.set(weight, numbers(i, count, -1, 1));
  });
  execution.input("train", graph.input, numbers(50, rows * 3)).input("train", graph.target, numbers(51, rows));
  execution.run("train");
  const trainable = graph.variables.filter((weight) => weight.trainable);
  const results = [graph.output, graph.loss].map((node) => execution.output("train", node));
  results.push(...trainable.map((weight) => execution.gradient(weight)));
  execution.dispose();
  return results;
}

function expectClose(
  actual: readonly number[][],
  expected: readonly number[][],
  absolute: number,
  relative: number,
): void {
  expected.forEach((values, i) => {
    values.forEach((value, j) => {
      const error = Math.abs((actual[i]?.[j] ?? Number.NaN) - value);
      expect(error, `value ${j} of result ${i}`).toBeLessThanOrEqual(absolute + relative * Math.abs(value));
    });
  });
}

describe("random graphs", () => {
  test("compute the same with and without fusion and shared memory", () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: batchRows }), (list, rows) => {
        const graph = randomGraph(list);
        const fused = compile(graph, false);
        validateProgram(fused.words);
        const expected = execute(graph, compile(graph, true), float64, rows);
        // Read as float32; sums may be taken in another order.
        expectClose(execute(graph, fused, float64, rows), expected, 1e-6, 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  test("never give one place to two tensors that are alive", () => {
    fc.assert(
      fc.property(choices, (list) => {
        const graph = randomGraph(list);
        expectNoOverlap(compile(graph, false));
      }),
      { numRuns: 100 },
    );
  });

  // Some of each kind, so that every backend meets every op.
  const samples: Choice[][] = [
    [0, 3, 1, 12].map((kind): Choice => [kind, kind, 3, 4]),
    [2, 5, 7, 8, 6, 9].map((kind, i): Choice => [kind, i, i + 3, 5]),
    [10, 13, 11, 4, 0].map((kind, i): Choice => [kind, i, i, 2]),
  ];
  describe.each(testBackends.map((backend) => [backend.label, backend] as const))("%s", (_, choice) => {
    let backend: Backend;
    beforeAll(() => {
      backend = choice.create();
    });

    test.each(samples)("sample %#", (...list) => {
      const graph = randomGraph(list);
      for (const rows of [1, 5, batchRows]) {
        const expected = execute(graph, compile(graph, true), float64, rows);
        expectClose(execute(graph, compile(graph, false), backend, rows), expected, 1e-5, 1e-4);
      }
    });
  });
  afterAll(() => {
    for (const { create } of testBackends.slice(-1)) create().setIsa("auto");
  });
});

/** Follows who wrote each float last: what an instruction reads must be all that one other instruction wrote. */
function expectNoOverlap(program: CompiledProgram): void {
  const { tensors, instructions } = validateProgram(program.words);
  const writer = new Int32Array(program.arenaLength).fill(-1);
  instructions.forEach((instruction, i) => {
    const planned = program.instructions[i];
    const outputs = new Set(planned?.outputs ?? []);
    for (const name of ["x", "y", "z", "a", "b", "w", "dy", "condition", "prediction", "target", "dl"]) {
      const index = instruction.operand(name);
      if (index === undefined || outputs.has(index)) continue;
      const { offset, rows, columns } = tensors[index] as (typeof tensors)[number];
      const writers = new Set(writer.subarray(offset, offset + rows * columns));
      expect(writers.size, `instruction ${i} reads ${name}, which is partly overwritten`).toBe(1);
      const [last = -1] = writers;
      const wrote = program.instructions[last]?.outputs.map((output) => program.tensors[output]) ?? [];
      const whole = wrote.some(
        (tensor) => tensor?.offset === offset && tensor.rows * tensor.columns === rows * columns,
      );
      expect(last === -1 || whole, `instruction ${i} reads a part of what ${last} wrote`).toBe(true);
    }
    for (const index of outputs) {
      const { offset, rows, columns } = tensors[index] as (typeof tensors)[number];
      writer.fill(i, offset, offset + rows * columns);
    }
  });
}

describe("the arena", () => {
  const a = variable("a", [2, 3]);
  const frozen = variable("frozen", [3], false);
  const b = variable("b", [3]);
  const x = inputNode("x", [null, 2]);
  const y = ops.add(ops.dense(x, variableNode(a), variableNode(b)), variableNode(frozen));
  const loss = ops.mean(ops.square(y));
  const functions: GraphFunction[] = [
    { name: "predict", outputs: [y] },
    { name: "train", outputs: [loss], loss, update: true },
  ];
  const adam: OptimizerSpec = {
    rule: { name: "adam", slots: ["m", "v"], parameters: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } },
  };
  const program = compileGraph({ functions, variables: [a, frozen, b], optimizer: adam, batchRows: 4 });

  test("has trainable parameters first, in the order of the variables", () => {
    expect([a, b, frozen].map((weight) => program.variables.get(weight))).toEqual([
      { offset: 0, length: 6 },
      { offset: 6, length: 3 },
      { offset: 9, length: 3 },
    ]);
    expect(program.parameters).toEqual({ offset: 0, length: 12 });
  });

  test("has gradients and slots likewise, each aligned", () => {
    expect(program.gradients).toEqual({ offset: 16, length: 9 });
    expect(program.gradient(b)).toMatchObject({ offset: 22, rows: 1, columns: 3, batch: false });
    expect(program.slots).toEqual([
      { name: "m", region: { offset: 32, length: 9 } },
      { name: "v", region: { offset: 48, length: 9 } },
    ]);
  });

  test("updates everything with one instruction", () => {
    const { updateFirst, last } = program.functions.train ?? { updateFirst: 0, last: 0 };
    expect(last - updateFirst).toBe(1);
    expect(program.instructions[updateFirst]?.op).toBe("update");
    expect(program.functions.predict?.updateFirst).toBe(program.functions.predict?.last);
  });

  test("gives no gradient to frozen variables", () => {
    expect(() => program.gradient(frozen)).toThrow("internal: frozen has no gradient in this program");
  });

  test("lays the activations of the functions over each other", () => {
    const [first] = functions as [GraphFunction];
    const alone = compileGraph({ functions, variables: [a, frozen, b], optimizer: adam, batchRows: 4 });
    const withoutPredict = compileGraph({
      functions: functions.slice(1),
      variables: [a, frozen, b],
      optimizer: adam,
      batchRows: 4,
    });
    expect(first.name).toBe("predict");
    expect(alone.arenaLength).toBe(withoutPredict.arenaLength);
  });

  test("refuses to tell the place of what is computed on the way", () => {
    expect(() => program.tensor("train", y)).toThrow(/is neither an input nor an output of function train$/);
  });
});

describe("updates", () => {
  function train(weights: Variable[], build: (nodes: ReturnType<typeof variableNode>[]) => ReturnType<typeof ops.add>) {
    const loss = build(weights.map(variableNode));
    const functions: GraphFunction[] = [{ name: "train", outputs: [loss], loss, update: true }];
    return compileGraph({ functions, variables: weights, optimizer: sgd, batchRows: 1 });
  }

  test("are split where learning rate scales differ", () => {
    const weights = [variable("a", [2]), variable("b", [1]), { ...variable("c", [3]), learningRateScale: 0.5 }];
    const program = train(weights, ([a, b, c]) => ops.sum(ops.add(ops.sum(ops.mul(a!, b!)), ops.sum(c!))));
    const execution = new Execution(program);
    execution.set(weights[0]!, [1, 2]).set(weights[1]!, [3]).set(weights[2]!, [0, 0, 0]).run("train");
    expect(execution.value(weights[0]!).map((v) => v.toFixed(4))).toEqual(["0.7000", "1.7000"]);
    expect(execution.value(weights[1]!).map((v) => v.toFixed(4))).toEqual(["2.7000"]);
    expect(execution.value(weights[2]!).map((v) => v.toFixed(4))).toEqual(["-0.0500", "-0.0500", "-0.0500"]);
    expect(program.instructions.filter(({ op }) => op === "update").length).toBe(2);
  });

  test("leave alone what the loss does not depend on", () => {
    const weights = [variable("a", [2]), variable("unused", [2])];
    const program = train(weights, ([a]) => ops.sum(ops.square(a!)));
    const execution = new Execution(program);
    execution.set(weights[0]!, [1, 2]).set(weights[1]!, [5, 6]).run("train");
    expect(execution.gradient(weights[1]!)).toEqual([0, 0]);
    expect(execution.value(weights[1]!)).toEqual([5, 6]);
  });

  test("sum the gradients of a variable that is used several times", () => {
    const weights = [variable("a", [2])];
    const program = train(weights, ([a]) => {
      const again = variableNode(weights[0]!);
      return ops.sum(ops.add(ops.square(a!), ops.mul(3, again)));
    });
    const execution = new Execution(program).set(weights[0]!, [1, 2]).run("train");
    expect(execution.gradient(weights[0]!)).toEqual([5, 7]);
  });

  test("copy a gradient that two variables share, or that is data", () => {
    const weights = [variable("a", [2]), variable("b", [2]), variable("c", [2])];
    const x = inputNode("x", [2]);
    const loss = ops.sum(
      ops.add(ops.add(variableNode(weights[0]!), variableNode(weights[1]!)), ops.mul(variableNode(weights[2]!), x)),
    );
    const functions: GraphFunction[] = [{ name: "train", outputs: [loss], loss, gradientOutputs: [x] }];
    const program = compileGraph({ functions, variables: weights, batchRows: 1 });
    const execution = new Execution(program).set(weights[2]!, [7, 8]).input("train", x, [3, 4]).run("train");
    expect(weights.map((weight) => execution.gradient(weight))).toEqual([
      [1, 1],
      [1, 1],
      [3, 4],
    ]);
    expect(execution.gradient(x)).toEqual([7, 8]);
  });
});

describe("functions", () => {
  test("an input without influence has a place, and the gradient 0", () => {
    const x = inputNode("x", [3]);
    const unused = inputNode("unused", [2]);
    const loss = ops.sum(x);
    const fn: GraphFunction = { name: "f", outputs: [loss], inputs: [x, unused], loss, gradientOutputs: [x, unused] };
    const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 1 }));
    execution.input("f", unused, [1, 2]).input("f", x, [1, 2, 3]).run("f");
    expect(execution.gradient(unused)).toEqual([0, 0]);
    expect(execution.output("f", unused)).toEqual([1, 2]);
  });

  test("means over the batch count the rows that are there", () => {
    const x = inputNode("x", [null, 2]);
    const loss = ops.mean(x);
    const fn: GraphFunction = { name: "f", outputs: [loss], loss, gradientOutputs: [x] };
    const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 8 }), float64, 2);
    execution.input("f", x, [1, 2, 3, 6]).run("f");
    expect(execution.output("f", loss)).toEqual([3]);
    expect(execution.gradient(x)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test("a loss of several numbers is refused", () => {
    const loss = inputNode("x", [null, 2]);
    const functions: GraphFunction[] = [{ name: "train", outputs: [], loss }];
    expect(() => compileGraph({ functions, variables: [], batchRows: 1 })).toThrow(
      'function "train": the loss must be a single number, received [batch, 2]. Reduce it with ops.mean or ops.sum.',
    );
  });

  test("instructions know their layers", () => {
    const x = inputNode("x", [null, 2]);
    const y = withLayer("hidden", () => ops.tanh(x));
    const { instructions } = compileGraph({ functions: [{ name: "f", outputs: [y] }], variables: [], batchRows: 1 });
    expect(instructions).toEqual([{ op: "unary", layer: "hidden", inputs: [1], outputs: [expect.any(Number)] }]);
  });
});
