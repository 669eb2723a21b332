// Models between given inputs and outputs: several of both, shared layers, ops between layers.

import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { ShapeError } from "../../src/errors.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import * as metrics from "../../src/metrics/index.js";
import type { MetricInput } from "../../src/metrics/resolve.js";
import { type History, model } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import * as regularizers from "../../src/regularizers/index.js";
import { Tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";
import { allWeights } from "./networks.js";

const silent = { verbose: 0 } as const;

/** Two inputs of widths 2 and 1; outputs `sum` (of all, width 1) and `both` (shared weights, width 2). */
function parts() {
  const a = input({ shape: [2], name: "a" });
  const b = input({ shape: [1], name: "b" });
  const one = layers.dense({ units: 1, name: "sum", kernelInitializer: "ones" });
  const both = layers.dense({ units: 2, name: "both", kernelInitializer: "ones" });
  return { a, b, sum: ops.add(one(a), b), both: both(ops.mul(a, b)) };
}

describe.each(testBackends)("functional models on $label", (backend) => {
  beforeAll(() => backend.use());

  it("count the activity of a shared layer with each of its uses", async () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    const shared = layers.dense({
      units: 1,
      kernelInitializer: "ones",
      activityRegularizer: regularizers.l2({ l2: 1 }),
    });
    const net = model({ inputs: [a, b], outputs: ops.add(shared(a), shared(b)) });
    net.compile({ loss: "mse" });
    // (1 + 2)^2 + (3 + 4)^2; the loss itself is 0.
    expect(await net.evaluate([[[1, 2]], [[3, 4]]], [[10]])).toMatchObject({ loss: 58 });
  });

  it("predict in the form in which the outputs were given", async () => {
    const { a, b, sum, both } = parts();
    const x = {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [10, 20],
    };
    const sums = [[13], [27]];
    const others = [
      [30, 30],
      [140, 140],
    ];
    const one = model({ inputs: [a, b], outputs: sum });
    expect((await one.predict([x.a, x.b])).toArray()).toEqual(sums);
    const list = model({ inputs: [a, b], outputs: [sum, both] });
    const [first, second] = await list.predict(x, { batchSize: 1 });
    expect([first.toArray(), second.toArray()]).toEqual([sums, others]);
    const byName = model({ inputs: { a, b }, outputs: { total: sum, other: both } });
    const named = await byName.predict(x);
    expect([named.total.toArray(), named.other.toArray()]).toEqual([sums, others]);
    expect(byName.predictSync([x.a, x.b]).other.shape).toEqual([2, 2]);
    const alone = model({ inputs: a, outputs: { both: layers.dense({ units: 1, kernelInitializer: "ones" })(a) } });
    expect((await alone.predict({ a: x.a })).both.toArray()).toEqual([[3], [7]]);
    expect((await alone.predictOnBatch(x.a)).both.shape).toEqual([2, 1]);
  });

  it("add the losses of their outputs, each times its weight", async () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: { a, b }, outputs: { total: sum, other: both }, seed: 3 });
    net.compile({
      optimizer: optimizers.sgd({ learningRate: 1e-4 }),
      loss: { total: "mse", other: "mae" },
      lossWeights: { other: 0.5 },
      metrics: { total: ["mae"], other: "mse" },
    });
    const x = {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [10, 20],
    };
    const y = {
      total: [14, 25],
      other: [
        [31, 29],
        [140, 144],
      ],
    };
    const before = await net.evaluate(x, y);
    // total is [13, 27], other [[30, 30], [140, 140]].
    expect(before).toEqual({ loss: 3.25, totalLoss: 2.5, otherLoss: 1.5, totalMae: 1.5, otherMse: 4.5 });
    expect(await net.testOnBatch(x, y, { sampleWeight: { total: [2, 0] } })).toMatchObject({
      totalLoss: 1,
      otherLoss: 1.5,
    });
    expect(await net.testOnBatch(x, y, { sampleWeight: [2, 0] })).toMatchObject({ totalLoss: 1, otherLoss: 1 });
    expect(await net.testOnBatch([x.a, x.b], [y.total, y.other])).toEqual(before);
    const history = await net.fit(x, y, { ...silent, epochs: 30, validationData: [x, y, { total: [0, 0] }] });
    expect(history.history.loss[0]).toBeCloseTo(3.25, 5);
    expect(history.history.loss.at(-1)).toBeLessThan(3);
    expect(Object.keys(history.history)).toEqual(
      ["loss", "totalLoss", "otherLoss", "totalMae", "otherMse"]
        .flatMap((name) => [name])
        .concat(["valLoss", "valTotalLoss", "valOtherLoss", "valTotalMae", "valOtherMse"]),
    );
    expect(history.history.valTotalLoss?.every((value) => value === 0)).toBe(true);
  });

  it("are trained by L-BFGS, and keep rows for validation", async () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: { a, b }, outputs: { total: sum, other: both }, seed: 3 });
    net.compile({ optimizer: "lbfgs", loss: "mse", lossWeights: { total: 2 } });
    const rows = Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.cos(3 * i)] as [number, number]);
    const x = { a: rows, b: rows.map((_, i) => Math.sin(2 * i)) };
    const y = {
      total: x.a.map(([u, v], i) => 2 * u - v + (x.b[i] as number)),
      other: x.a.map(([u, v], i) => [u * (x.b[i] as number), 1 - v * (x.b[i] as number)]),
    };
    const { history } = await net.fit(x, y, { ...silent, epochs: 60, validationSplit: 0.2 });
    expect(history.loss.at(-1)).toBeLessThan(1e-6);
    expect(history.valTotalLoss?.at(-1)).toBeLessThan(1e-5);
    expect(history.valLoss?.at(-1)).toBeLessThan(1e-5);
  });

  it("train nothing for an output without a loss, and want no targets for it", async () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: [a, b], outputs: [sum, both], seed: 3 });
    net.compile({ optimizer: "sgd", loss: ["mse", null] });
    const x = [[[1, 2]], [1]];
    const before = net.getWeights();
    expect(await net.trainOnBatch(x, [[5], null])).toEqual({ loss: 1 });
    const after = net.getWeights();
    expect(after.filter(({ data }, i) => `${data}` !== `${before[i]?.data}`).map(({ name }) => name)).toEqual([
      "sum/kernel",
      "sum/bias",
    ]);
    net.compile({ optimizer: "sgd", loss: { output: "mse" }, metrics: { both: "mae" } });
    expect(Object.keys(await net.evaluate(x, { output: [5], both: [[1, 1]] }))).toEqual(["loss", "bothMae"]);
    await expect(net.evaluate(x, { output: [5] })).rejects.toThrow(
      'model "model", evaluate, y "both": expected targets for an output with a loss or metrics, received none.',
    );
  });

  it("give the same bits for any names and forms", async () => {
    const run = async (form: "list" | "named") => {
      const { a, b, sum, both } = parts();
      const net =
        form === "list"
          ? model({ inputs: [a, b], outputs: [sum, both], seed: 1 })
          : model({ inputs: { u: a, v: b }, outputs: { p: sum, q: both }, seed: 1 });
      net.compile({ optimizer: "adam", loss: "mse" });
      const x = [
        [
          [0.1, 0.2],
          [0.3, 0.4],
          [0.5, 0.6],
        ],
        [0.1, 0.2, 0.3],
      ];
      const y = [
        [1, 2, 3],
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ];
      const history = await net.fit(x, y, { ...silent, epochs: 5, batchSize: 2 });
      return { weights: net.getWeights().flatMap(({ data }) => [...data]), loss: history.history.loss };
    };
    expect(await run("list")).toEqual(await run("named"));
  });

  it("pass inputs through, and give an output twice", async () => {
    const a = input({ shape: [2], name: "a" });
    const h = layers.dense({ units: 1, kernelInitializer: "ones" })(a);
    const [x, y, again] = await model({ inputs: [a], outputs: [a, h, h] }).predict([[1, 2]]);
    expect([x.toArray(), y.toArray(), again.toArray()]).toEqual([[[1, 2]], [[3]], [[3]]]);
  });

  it("keep a gradient that was written by hand between layers", async () => {
    const reverse = ops.customGradient(
      (x) => ops.mul(x, 1),
      (dy, x) => ops.mul(ops.neg(dy), ops.add(ops.mul(x, 0), 1)),
    );
    const change = async (between: (h: SymbolicTensor) => SymbolicTensor) => {
      const x = input({ shape: [2] });
      const h = layers.dense({ units: 1, name: "h", kernelInitializer: "ones" })(x);
      const y = layers.dense({ units: 1, name: "y", kernelInitializer: "ones" })(between(h));
      const net = model({ inputs: x, outputs: y });
      net.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 0.125 }) });
      await net.trainOnBatch([[1, 2]], [5]);
      return net.getWeights().map(({ data }) => [...data]);
    };
    // The error is -2, its derivative -4.
    expect(await change((h) => h)).toEqual([[1.5, 2], [0.5], [2.5], [0.5]]);
    expect(await change(reverse)).toEqual([[0.5, 0], [-0.5], [2.5], [0.5]]);
  });

  it("joins layers that are called like functions, and ops", async () => {
    const a = input({ shape: [2], name: "a" });
    const b = input({ shape: [2], name: "b" });
    const shared = layers.dense({ units: 2, name: "shared", kernelInitializer: "identity" });
    const sum = ops.add(shared(a), ops.mul(shared(b), 2));
    const net = model({ inputs: [a, b], outputs: [layers.dense({ units: 1, kernelInitializer: "ones" })(sum)] });
    expect(net.getWeights()).toHaveLength(4);
    expect((await net.predict([[[1, 2]], [[10, 20]]])).toArray()).toEqual([[63]]);
    net.compile({ loss: "mse", optimizer: "sgd" });
    await net.fit([[[1, 2]], [[10, 20]]], [1], silent);
  });

  it("shares the weights of layers with other models", async () => {
    const x = input({ shape: [2] });
    const hidden = layers.dense({ units: 3, name: "hidden" })(x);
    const whole = model({ inputs: x, outputs: layers.dense({ units: 1 })(hidden), seed: 1 });
    const part = model({ inputs: x, outputs: hidden, seed: 2 });
    const before = (await part.predict([[1, 1]])).toArray();
    whole.compile({ loss: "mse", optimizer: "sgd" });
    await whole.fit([[1, 1]], [5], { epochs: 3, verbose: 0 });
    const after = (await part.predict([[1, 1]])).toArray();
    expect(after).not.toEqual(before);
    expect(part.getWeights()[0]?.data).toEqual(whole.getWeights()[0]?.data);
    whole.dispose();
    expect((await part.predict([[1, 1]])).toArray()).toEqual(after);
  });
});

describe("bad input to functional models", () => {
  beforeAll(() => setBackend("reference"));

  it("structures that are no model", () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const dense = layers.dense({ units: 1 });
    const y = dense(ops.add(a, b));
    const remedy = "Make inputs with input({ shape: [8] }) and outputs by calling layers on them.";
    expect(() => model({ inputs: a, outputs: y })).toThrow(
      'model "model": expected the outputs to depend on the listed inputs alone, received input "b" besides. ' +
        "List every input that the outputs depend on.",
    );
    expect(() => model({ inputs: [a, b], outputs: [] })).toThrow(
      `model "model": expected one or more outputs, received none. ${remedy}`,
    );
    expect(() => model({ inputs: {}, outputs: y })).toThrow(
      'model "model": expected one or more inputs, received none.',
    );
    expect(() => model({ inputs: [a, b], outputs: dense as never })).toThrow(
      `model "model": outputs must be symbolic tensors, received function dense. ${remedy}`,
    );
    expect(() => model({ inputs: [a, b, a], outputs: y })).toThrow(
      'model "model": expected each input once, received input "a" twice.',
    );
    expect(() => model({ inputs: [a, input({ shape: [2], name: "a" })], outputs: a })).toThrow(
      'model "model": inputs need names of their own, received "a" twice.',
    );
    expect(() => model({ inputs: [a], outputs: [ops.mean(a)] })).toThrow(
      new ShapeError(
        'model "model": expected output "output" to have a row for each row of the inputs, received shape [].',
      ),
    );
    const [c, d] = [layers.dense({ units: 1, name: "same" }), layers.dense({ units: 1, name: "same" })];
    expect(() => model({ inputs: [a, b], outputs: [c(a), d(b)] })).toThrow(
      'model "model": layers need names of their own, received "same" twice.',
    );
    expect(() => dense(3 as never)).toThrow(/^dense.*: expected a symbolic tensor, received 3\./);
    expect(() => dense([a, b])).toThrow(
      /^dense.*: expected one symbolic tensor, received an array of 2. Join them first, for example with layers.add\(\).$/,
    );
  });

  it("losses, weights and metrics that do not belong to the outputs", () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: [a, b], outputs: [sum, both], name: "two" });
    const refused = (options: object, text: string) =>
      expect(() => net.compile({ loss: "mse", ...options })).toThrow(`model "two", compile${text}`);
    const keys = "Or give an object with the keys output, both.";
    refused(
      { loss: ["mse"] },
      `, loss: expected an array of 2 losses, one for each output, received an array of 1. ${keys}`,
    );
    refused(
      { loss: { sums: "mse" } },
      ', loss, name of an output: expected a known name, received "sums". Known names: output, both.',
    );
    refused({ loss: { both: "msee" } }, ', loss "both": expected a known name, received "msee". Did you mean "mse"?');
    refused({ loss: [null, null] }, ", loss: expected a loss for one or more outputs, received none.");
    refused({ loss: null }, ": expected a loss, received none.");
    refused({ lossWeights: [1, Number.NaN] }, ': lossWeights "both" must be a finite number, received NaN.');
    refused({ lossWeights: 2 }, ", lossWeights: expected an array of 2 numbers, one for each output, received 2.");
    refused(
      { loss: ["mse", null], lossWeights: { both: 2 } },
      ', lossWeights "both": expected an output with a loss, received one without. Leave it out, or give the output a loss.',
    );
    refused(
      { metrics: ["mae", "mse", "mae"] },
      `, metrics: expected an array of 2 lists of metrics, one for each output, received an array of 3. ${keys}`,
    );
    refused({ metrics: [["maee"], []] }, ', metrics "output": expected a known name, received "maee".');
    refused({ metrics: [["mae", "mae"], []] }, ': metrics need names of their own, received "outputMae" twice.');
    expect(net.optimizer).toBeNull();
  });

  it("names that belong to results of the validation", () => {
    const { a, b, sum, both } = parts();
    const refused = (net: ReturnType<typeof model>, given: readonly MetricInput[], name: string) =>
      expect(() => net.compile({ loss: "mse", metrics: given })).toThrow(
        new RangeError(
          'model "plain", compile: metrics and outputs must not be named like results of the validation, ' +
            `received "${name}". Choose another name.`,
        ),
      );
    const one = model({ inputs: [a, b], outputs: sum, name: "plain" });
    const valLoss = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.abs(ops.sub(yTrue, yPred));
    refused(one, [valLoss], "valLoss");
    refused(one, ["mae", metrics.meanSquaredError({ name: "valMae" })], "valMae");
    one.compile({ loss: "mse", metrics: ["mae", metrics.meanSquaredError({ name: "valMse" })] });
    refused(model({ inputs: [a, b], outputs: { val: sum, both }, name: "plain" }), [], "valLoss");
  });

  it("data that does not fit changes nothing", async () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: { a, b }, outputs: { sum, both }, name: "two" });
    net.compile({ loss: { sum: "mse", both: "binaryCrossentropy" } });
    const before = allWeights(net);
    const refused = async (x: unknown, y: unknown, text: string, options = {}) =>
      await expect(net.fit(x as never, y as never, { ...silent, ...options })).rejects.toThrow(
        `model "two", fit${text}`,
      );
    const x = { a: [[1, 2]], b: [1] };
    const y = { sum: [1], both: [[0, 1]] };
    await refused({ a: x.a }, y, ', x "b": expected a tensor, received none.');
    await refused([x.a], y, ", x: expected an array of 2 tensors, one for each input, received an array of 1.");
    await refused({ ...x, b: [[1, 2]] }, y, ', x "b": expected shape [batch, 1], received [1, 2].');
    await refused({ ...x, b: [Number.NaN] }, y, ', x "b": expected finite numbers, received NaN in row 0, column 0.');
    await refused(
      { ...x, b: [1, 2] },
      y,
      ': all inputs must have the same number of rows: expected 1, received 2 in x "b".',
    );
    await refused(x, [[1]], ", y: expected an array of 2 tensors, one for each output, received an array of 1.");
    await refused(x, { sum: [1] }, ', y "both": expected targets for an output with a loss or metrics, received none.');
    await refused(x, { ...y, other: [1] }, ', y, name of an output: expected a known name, received "other".');
    await refused(
      x,
      { ...y, sum: [1, 2] },
      ': x and y must have the same number of rows: expected 1, received 2 in y "sum".',
    );
    await refused(
      x,
      { ...y, both: [[2, 0]] },
      ', y "both": targets of binaryCrossentropy must be in [0, 1], received 2',
    );
    await refused(
      x,
      { ...y, both: [1] },
      `, y "both": binaryCrossentropy needs shape [batch, 2] like the model's output`,
    );
    await refused(x, y, ', sampleWeight "sum": expected finite numbers, received NaN in row 0.', {
      sampleWeight: { sum: [Number.NaN] },
    });
    await refused(x, y, ": classWeight needs a model with one output, received 2.", { classWeight: { 0: 1 } });
    expect(allWeights(net)).toEqual(before);
  });

  it("a loss of users names its output", async () => {
    const { a, b, sum, both } = parts();
    const net = model({ inputs: [a, b], outputs: { sum, both } });
    net.compile({ loss: { sum: "mse", both: (yTrue, yPred) => ops.mean(ops.sub(yTrue, yPred)) } });
    await expect(
      net.trainOnBatch([[[1, 2]], [1]], { sum: [1], both: [[1, 1]] }, { sampleWeight: [1] }),
    ).rejects.toThrow('of output "both": sample weights need one value a row, received a scalar.');
  });
});

describe("types of functional models", () => {
  it("follow the form of inputs and outputs", () => {
    const { a, b, sum, both } = parts();
    type Result = Tensor<Float32Array>;
    const named = model({ inputs: { a, b }, outputs: { total: sum, other: both } });
    expectTypeOf(named.predict).returns.resolves.toEqualTypeOf<{ total: Result; other: Result }>();
    expectTypeOf(named.compile).parameter(0).toHaveProperty("loss");
    // @ts-expect-error: no output has this name.
    expect(() => named.compile({ loss: { totl: "mse" } })).toThrow();
    // @ts-expect-error: input b is missing.
    expect(() => named.predictSync({ a: [[1, 2]] })).toThrow();
    const list = model({ inputs: [a, b], outputs: [sum, both] });
    expectTypeOf(list.predict).returns.resolves.toEqualTypeOf<[Result, Result]>();
    expectTypeOf(model({ inputs: [a, b], outputs: [sum] }).predict).returns.resolves.toEqualTypeOf<Result>();
    expectTypeOf(model({ inputs: [a, b], outputs: sum }).predict).returns.resolves.toEqualTypeOf<Result>();
    const some = [sum, both];
    expectTypeOf(model({ inputs: [a, b], outputs: some }).predict).returns.resolves.toEqualTypeOf<Result | Result[]>();
    expectTypeOf(list.fit).returns.resolves.toEqualTypeOf<History>();
    expect(Tensor).toBeDefined();
  });
});
