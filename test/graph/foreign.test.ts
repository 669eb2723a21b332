// Tensors of other graphs that functions of users capture: refused wherever such a function can be given.

import { describe, expect, test } from "vitest";
import { refuseForeign } from "../../src/graph/foreign.js";
import { inputNode, type SymbolicTensor, withLayer } from "../../src/graph/node.js";
import { input, layers, model, ops, optimizers, sequential } from "../../src/index.js";

const remedy = "Call the layer on it as well, or make it an output of the model with a loss of its own.";
const message = (place: string, name: string) =>
  `${place}: expected a tensor computed from the arguments, received a symbolic tensor of another graph, "${name}". ${remedy}`;

const x = [[1, 2]];
const y = [[1]];
const mse = (t: SymbolicTensor, p: SymbolicTensor) => ops.mean(ops.square(ops.sub(t, p)), -1);

/** A network, and two tensors that are not arguments of what its training calls. */
function network(call: (x: SymbolicTensor, hidden: SymbolicTensor) => SymbolicTensor = (z) => z) {
  const a = input({ shape: [2], name: "a" });
  const hidden = layers.dense({ units: 2, kernelInitializer: "ones", name: "hidden" })(a);
  const doubled = ops.mul(hidden, 2);
  const inner = layers.custom({ name: "mine", call: (z) => call(z, doubled) })(hidden);
  const net = model({ inputs: a, outputs: layers.dense({ units: 1, kernelInitializer: "ones", name: "out" })(inner) });
  return { net, a, hidden };
}

test("the layer that reads the tensor is named, or else the function", () => {
  const [mine, other] = [inputNode("mine", [2]), inputNode("other", [2])];
  expect(() => refuseForeign('function "f"', [ops.add(mine, 1)], [mine])).not.toThrow();
  expect(() => refuseForeign('function "f"', [ops.add(mine, other)], [mine])).toThrow(
    new TypeError(message('function "f"', "other")),
  );
  const captured = ops.mul(other, 2);
  const z = withLayer("inner", () => ops.add(mine, captured));
  expect(() => refuseForeign('function "f"', [ops.add(z, 1)], [mine])).toThrow(
    new TypeError(message('layer "inner"', "other")),
  );
});

describe("in a model", () => {
  test("a layer", async () => {
    const { net } = network((z, h) => ops.add(z, h));
    await expect(net.predict(x)).rejects.toThrow(new TypeError(message('layer "mine"', "hidden")));
  });

  test("a loss", async () => {
    const { net, hidden } = network();
    net.compile({ optimizer: "sgd", loss: (t, p) => ops.add(mse(t, p), ops.mean(hidden, -1)) });
    await expect(net.fit(x, y, { verbose: 0 })).rejects.toThrow(new TypeError(message('layer "loss"', "hidden")));
  });

  test("a metric", async () => {
    const { net, a } = network();
    const size = (_: SymbolicTensor, p: SymbolicTensor) => ops.mean(ops.add(p, a), -1);
    net.compile({ optimizer: "sgd", loss: mse, metrics: [size] });
    await expect(net.evaluate(x, y)).rejects.toThrow(new TypeError(message('layer "size"', "a")));
  });

  test("a regularizer and a constraint", async () => {
    const a = input({ shape: [2], name: "a" });
    const penalized = sequential([
      layers.dense({ units: 1, inputShape: [2], kernelRegularizer: (w) => ops.add(ops.sum(w), ops.mean(a)) }),
    ]);
    penalized.compile({ optimizer: "sgd", loss: mse });
    await expect(penalized.fit(x, y, { verbose: 0 })).rejects.toThrow(new TypeError(message('layer "dense"', "a")));
    const constrained = sequential([
      layers.dense({ units: 1, inputShape: [2], kernelConstraint: (w) => ops.add(w, ops.mean(a)) }),
    ]);
    constrained.compile({ optimizer: "sgd", loss: mse });
    await expect(constrained.fit(x, y, { verbose: 0 })).rejects.toThrow(new TypeError(message('layer "dense"', "a")));
  });

  test("the gradient of a customGradient", async () => {
    const { net, a } = network();
    const scaled = ops.customGradient(
      (p) => ops.mul(p, 1),
      (dy) => ops.mul(dy, ops.mean(a)),
    );
    net.compile({ optimizer: "sgd", loss: (t, p) => mse(t, scaled(p)) });
    await expect(net.fit(x, y, { verbose: 0 })).rejects.toThrow(new TypeError(message('layer "loss"', "a")));
  });

  test("an optimizer", async () => {
    const { net, a } = network();
    const optimizer = optimizers.custom({ update: (p, g) => ({ parameter: ops.sub(p, ops.mul(g, ops.mean(a))) }) });
    net.compile({ optimizer, loss: mse });
    await expect(net.fit(x, y, { verbose: 0 })).rejects.toThrow(new TypeError(message('layer "hidden"', "a")));
  });
});
