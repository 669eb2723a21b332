// What a student sees when a program is printed.

import { expect, test } from "vitest";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode, variableNode, withLayer } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { printProgram } from "../../src/program/print.js";

test("a program prints its arena and its instructions", () => {
  const shapes = { "hidden/kernel": [2, 8], "hidden/bias": [8], "out/kernel": [8, 1], "out/bias": [1] };
  const variables = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    trainable: true,
    learningRateScale: 1,
  }));
  const [kernel, bias, kernel2, bias2] = variables.map(variableNode);
  const x = inputNode("x", [null, 2]);
  const target = inputNode("target", [null, 1]);
  const h = withLayer("hidden", () => ops.tanh(ops.dense(x, kernel ?? 0, bias)));
  const y = withLayer("out", () => ops.dense(h, kernel2 ?? 0, bias2));
  const loss = withLayer("loss", () => ops.mean(ops.loss("binaryCrossentropyLogits", y, target, 0.1)));
  const program = compileGraph({
    functions: [
      { name: "predict", outputs: [y] },
      { name: "train", outputs: [loss], loss, update: true },
    ],
    variables,
    optimizer: {
      rule: { name: "sgd", slots: ["velocity"], parameters: { momentum: 0.9, nesterov: 1, weightDecay: 0 } },
    },
    batchRows: 4,
  });
  expect(printProgram(program.printable)).toMatchInlineSnapshot(`
    "program: 12 instructions, arena of 288 floats (1.1 KiB), batches of up to 4 rows
      parameters     @0 33 floats
      gradients      @48 33 floats
      slot velocity  @96 33 floats
      constants      @144 1 float
      activations    @160 128 floats

    predict: instructions 0 to 1
       0  hidden  t0 (batch, 8) @160 = dense x, hidden/kernel, b=hidden/bias; tanh
       1  out     t4 (batch, 1) @208 = dense t0, out/kernel, b=out/bias

    train: instructions 2 to 11, update from 11
       2  hidden  t11 (batch, 8) @160 = dense x, hidden/kernel, b=hidden/bias; tanh
       3  out     t13 (batch, 1) @192 = dense t11, out/kernel, b=out/bias
       4  loss    t14 (batch, 1) @208 = loss t13, target; binaryCrossentropyLogits, p0 0.1
       5  loss    t16 (1, 1) @272 = reduce t14; mean, axis 2
       6  loss    t17 (batch, 1) @208 = expand 1; axis 2, mean 1
       7  loss    t19 (batch, 1) @256 = lossGrad t13, target, t17; binaryCrossentropyLogits, p0 0.1
       8  out     d(out/kernel) (8, 1) @72, d(out/bias) (1, 1) @80 = denseWeightGrad t11, t19
       9  hidden  t20 (batch, 8) @192 = denseInputGrad t19, out/kernel, x=t11; tanh
      10  hidden  d(hidden/kernel) (2, 8) @48, d(hidden/bias) (1, 8) @64 = denseWeightGrad x, t20
      11          parameters (1, 33) @0, velocity (1, 33) @96 = update gradients; sgd, learningRateScale 1, momentum 0.9, nesterov 1"
  `);
});
