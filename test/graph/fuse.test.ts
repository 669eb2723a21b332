// Which instructions come out of fusion. That they compute the same is tested in compile.test.ts.

import { describe, expect, test } from "vitest";
import { compileGraph, type GraphFunction } from "../../src/graph/compile.js";
import { inputNode, type SymbolicTensor, type Variable, variableNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { printProgram } from "../../src/program/print.js";
import { variable } from "./execute.js";

function instructions(functions: readonly GraphFunction[], variables: readonly Variable[] = []): string[] {
  const program = compileGraph({ functions, variables, batchRows: 4 });
  return printProgram(program.printable)
    .split("\n")
    .filter((line) => / = /.test(line))
    .map((line) => line.replace(/^ *\d+ +/, "").replace(/ @\d+/g, ""));
}

const x = inputNode("x", [null, 3]);

describe("forward", () => {
  const w = variable("w", [3, 5]);
  const b = variable("b", [5]);
  const z = ops.dense(x, variableNode(w), variableNode(b));
  const forward = (...outputs: SymbolicTensor[]) => instructions([{ name: "f", outputs }], [w, b]);

  test("product, bias and activation are one instruction", () => {
    expect(forward(ops.relu(z))).toEqual(["t0 (batch, 5) = dense x, w, b=b; relu"]);
  });

  test("the bias may come first", () => {
    expect(forward(ops.add(variableNode(b), ops.matmul(x, variableNode(w))))).toEqual([
      "t0 (batch, 5) = dense x, w, b=b",
    ]);
  });

  test("an activation without bias", () => {
    expect(forward(ops.leakyRelu(ops.matmul(x, variableNode(w)), 0.1))).toEqual([
      "t0 (batch, 5) = dense x, w; leakyRelu, alpha 0.1",
    ]);
  });

  test("z is kept when it is wanted", () => {
    expect(forward(ops.relu(z), z)).toEqual(["t0 (batch, 5), t1 (batch, 5) = dense x, w, b=b; relu"]);
  });

  test("a product that is read twice stays", () => {
    const product = ops.matmul(x, variableNode(w));
    expect(forward(ops.add(product, variableNode(b)), ops.square(product)).sort()).toEqual([
      "t0 (batch, 5), t1 (batch, 5) = dense x, w; square",
      "t4 (batch, 5) = binary t1, b; add",
    ]);
  });

  test("a product of one row that is added to itself is not its own bias", () => {
    const row = inputNode("row", [1, 3]);
    const product = ops.matmul(row, variableNode(w));
    const sum = ops.add(product, product);
    expect(forward(sum)).toEqual(["t0 (1, 5) = matmul row, w", "t3 (1, 5) = binary t0, t0; add"]);
  });

  test("a column is no bias", () => {
    const column = inputNode("column", [null, 1]);
    expect(forward(ops.add(ops.matmul(x, variableNode(w)), column)).length).toBe(2);
  });
});

describe("halves", () => {
  const both = inputNode("both", [null, 6]);
  const gradientOf = (f: (x: SymbolicTensor) => SymbolicTensor) =>
    instructions([{ name: "f", outputs: [], loss: ops.sum(f(both)), gradientOutputs: [both] }]);

  test("the gradient of two halves is put together at once", () => {
    const glu = (z: SymbolicTensor) => {
      const [a, b] = ops.split(z, 2) as [SymbolicTensor, SymbolicTensor];
      return ops.mul(a, ops.sigmoid(b));
    };
    const text = gradientOf(glu).join("\n");
    expect(text).toMatch(/t\d+ \(batch, 6\) = concatenate t\d+, t\d+/);
    expect(text).not.toContain("pad");
  });

  test("in either order", () => {
    const f = (z: SymbolicTensor) => ops.mul(ops.square(ops.slice(z, 3)), ops.slice(z, 0, 3));
    expect(gradientOf(f).filter((line) => line.includes("pad"))).toEqual([]);
  });

  test("parts that overlap or leave something out stay", () => {
    const overlap = (z: SymbolicTensor) => ops.mul(ops.slice(z, 0, 4), ops.slice(z, 2, 4));
    expect(gradientOf(overlap).filter((line) => line.includes("pad")).length).toBe(2);
    const gap = (z: SymbolicTensor) => ops.mul(ops.slice(z, 0, 2), ops.slice(z, 4, 2));
    expect(gradientOf(gap).filter((line) => line.includes("pad")).length).toBe(2);
  });
});

describe("backward", () => {
  const weights = [variable("w1", [3, 4]), variable("b1", [4]), variable("w2", [4, 2]), variable("b2", [2])];
  const [w1, b1, w2, b2] = weights.map(variableNode) as [
    SymbolicTensor,
    SymbolicTensor,
    SymbolicTensor,
    SymbolicTensor,
  ];
  const target = inputNode("target", [null, 2]);
  const train = (hidden: (z: SymbolicTensor) => SymbolicTensor) => {
    const y = ops.dense(hidden(ops.dense(x, w1, b1)), w2, b2);
    const loss = ops.mean(ops.loss("meanSquaredError", y, target));
    return instructions([{ name: "train", outputs: [loss], loss }], weights);
  };

  test("a network needs one instruction for each gradient, and none for that of its input", () => {
    expect(train(ops.relu).map((line) => line.split(" = ")[1]?.split(" ")[0])).toEqual([
      "dense",
      "dense",
      "loss",
      "reduce",
      "expand",
      "lossGrad",
      "denseWeightGrad",
      "denseInputGrad",
      "denseWeightGrad",
    ]);
  });

  test("relu's derivative reads the output, gelu's the input, which is kept", () => {
    const relu = train(ops.relu);
    expect(relu[0]).toMatch(/^t\d+ \(batch, 4\) = dense x, w1, b=b1; relu$/);
    expect(relu[7]).toMatch(/^t\d+ \(batch, 4\) = denseInputGrad t\d+, w2, x=t\d+; relu$/);
    const gelu = train(ops.gelu);
    expect(gelu[0]).toMatch(/^t\d+ \(batch, 4\), t\d+ \(batch, 4\) = dense x, w1, b=b1; gelu$/);
    expect(gelu[7]).toMatch(/^t\d+ \(batch, 4\) = denseInputGrad t\d+, w2, z=t\d+; gelu$/);
  });

  test("a dropout behind the activation does not keep the derivative from the product", () => {
    const lines = train((z) => ops.dropout(ops.relu(z), 0.5, 3));
    expect(lines.slice(-4).map((line) => line.split(" = ")[1])).toEqual([
      expect.stringMatching(/^denseWeightGrad t\d+, t\d+$/),
      expect.stringMatching(/^denseInputGrad t\d+, w2, x=t\d+; relu$/),
      expect.stringMatching(/^dropout t\d+; rate 0.5, stream 3$/),
      expect.stringMatching(/^denseWeightGrad x, t\d+$/),
    ]);
  });

  test("gradients are written to their region", () => {
    expect(train(ops.relu)[6]).toMatch(/^d\(w2\) \(4, 2\), d\(b2\) \(1, 2\) = denseWeightGrad/);
  });
});

describe("gradients of weights", () => {
  const a = inputNode("a", [4, 3]);
  const dy = inputNode("dy", [4, 2]);
  const sums = ops.sum(dy, 0);
  const f = (left: SymbolicTensor, ...others: SymbolicTensor[]) =>
    instructions([{ name: "f", outputs: [ops.matmul(left, dy, { transposeA: true }), ...others] }]);

  test("a product and the sums of its right operand are one instruction", () => {
    expect(f(a, sums)).toEqual(["t0 (3, 2), t1 (1, 2) = denseWeightGrad a, dy"]);
  });

  test("unless the left operand is computed from the sums", () => {
    const left = ops.add(a, ops.sum(sums));
    expect(
      f(left, sums)
        .map((line) => line.split(" = ")[1]?.split(" ")[0])
        .sort(),
    ).toEqual(["binary", "matmul", "reduce", "reduce"]);
  });

  test("and unless two pairs would wait for each other", () => {
    const dy2 = inputNode("dy2", [4, 2]);
    const sums2 = ops.sum(dy2, 0);
    const one = ops.matmul(ops.add(a, ops.sum(sums2)), dy, { transposeA: true });
    const two = ops.matmul(ops.add(a, ops.sum(sums)), dy2, { transposeA: true });
    const lines = instructions([{ name: "f", outputs: [one, two, sums, sums2] }]);
    expect(lines.filter((line) => line.includes("denseWeightGrad")).length).toBe(1);
  });
});

test("a network of 400 layers neither overflows the stack nor takes long", () => {
  const weights = Array.from({ length: 400 }, (_, i) => variable(`w${i}`, [2, 2]));
  let h: SymbolicTensor = inputNode("x", [null, 2]);
  for (const weight of weights) h = ops.relu(ops.matmul(h, variableNode(weight)));
  const loss = ops.mean(h);
  expect(instructions([{ name: "train", outputs: [loss], loss }], weights).length).toBe(1202);
});

describe("before fusion", () => {
  const f = (...outputs: SymbolicTensor[]) => instructions([{ name: "f", outputs }]);

  test("equal computations become one", () => {
    expect(f(ops.add(ops.exp(x), ops.exp(x)))).toEqual([
      "t0 (batch, 3) = unary x; exp",
      "t2 (batch, 3) = binary t0, t0; add",
    ]);
  });

  test("what nobody reads is left out", () => {
    ops.exp(x);
    expect(f(ops.tanh(x))).toEqual(["t0 (batch, 3) = unary x; tanh"]);
  });

  test("arithmetic of scalars is done at once", () => {
    expect(f(ops.mul(x, ops.sqrt(ops.add(ops.mul(2, 3), 3))))).toEqual(["t0 (batch, 3) = binary x, 3; multiply"]);
  });

  test("nothing is multiplied by 1 or added to 0", () => {
    expect(f(ops.add(ops.div(ops.mul(1, x), 1), 0))).toEqual([]);
  });

  test("but 1 - x and 0 / x are computed", () => {
    expect(f(ops.sub(0, x), ops.div(1, x)).length).toBe(2);
  });

  test("reshaping costs nothing", () => {
    const fixed = inputNode("y", [2, 6]);
    const y = ops.reshape(ops.tanh(ops.reshape(fixed, [3, 4])), [4, 3]);
    expect(f(ops.exp(y))).toEqual(["t0 (3, 4) = unary y; tanh", "t3 (4, 3) = unary t0; exp"]);
  });
});
