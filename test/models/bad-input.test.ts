// What users get wrong: each mistake gives its documented error, on every backend, and leaves the model as it was.

import { beforeAll, describe, expect, it } from "vitest";
import { AbortError, ShapeError } from "../../src/errors.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier, xorInputs, xorNetwork, xorTargets } from "./networks.js";

const silent = { verbose: 0 } as const;

/** Runs what must fail and checks that no weight has changed and that the model still learns. */
async function refused(net: Model, action: () => Promise<unknown>, error: Error | string | RegExp): Promise<void> {
  const before = allWeights(net);
  await expect(action()).rejects.toThrow(error);
  expect(allWeights(net)).toEqual(before);
}

describe.each(testBackends)("bad input on $label", (backend) => {
  beforeAll(() => backend.use());

  it("data that does not fit", async () => {
    const net = xorNetwork(1);
    const tryFit = (x: unknown, y: unknown, options = {}) =>
      refusing(net, () => net.fit(x as number[][], y as number[], { ...silent, ...options }));
    await tryFit([[1, 2, 3]], [1])(new ShapeError('model "xor", fit, x: expected shape [batch, 2], received [1, 3].'));
    await tryFit([[1, 2], [3]], [1, 0])('model "xor", fit, x: expected 2 values in row 1, received 1.');
    await tryFit([[1, "2"]], [1])('model "xor", fit, x: expected a number in row 0, column 1, received "2".');
    await tryFit(
      xorInputs,
      [0, 1],
    )('model "xor", fit: x and y must have the same number of rows: expected 4, received 2 in y.');
    await tryFit([[0, Number.NaN]], [1])("received NaN in row 0, column 1");
    await tryFit(xorInputs, [0, 1, Number.POSITIVE_INFINITY, 0])("received Infinity in row 2, column 0");
    await tryFit([], [])(RangeError);
    await tryFit("text", [1])('model "xor", fit, x: expected a number, received "text".');
    await tryFit(xorInputs, xorTargets, { batchSize: 5 })(
      'model "xor", fit: batchSize must be at most the number of rows, 4, received 5. Use batchSize: 4.',
    );
    await tryFit(xorInputs, xorTargets, { batchSize: 0 })(
      'model "xor", fit: batchSize must be a positive integer, received 0.',
    );
    await tryFit(xorInputs, xorTargets, { epoch: 3 })('received "epoch". Did you mean "epochs"?');
    await tryFit(xorInputs, xorTargets, { validationSplit: 0.9 })("must leave rows for training and for validation");
    await tryFit(xorInputs, xorTargets, { validationData: [xorInputs] })(
      "validationData must be [x, y], received an array of 1.",
    );
    await tryFit(xorInputs, xorTargets, { validationData: [[[1]], [1]] })(
      'model "xor", fit, validationData, x: expected shape [batch, 2], received [1, 1].',
    );
    await net.fit(xorInputs, xorTargets, silent);
  });

  it("verbose where nothing is shown", async () => {
    const net = xorNetwork(1);
    expect(await net.evaluate(xorInputs, xorTargets, { verbose: 0 })).toEqual(
      await net.evaluate(xorInputs, xorTargets),
    );
    expect(await net.predict(xorInputs, { verbose: "auto" })).toEqual(await net.predict(xorInputs));
    const text = (method: string, received: string) =>
      new RangeError(
        `model "xor", ${method}: verbose must be 0 or "auto", received ${received}. Only fit shows progress.`,
      );
    await expect(net.evaluate(xorInputs, xorTargets, { verbose: 1 as never })).rejects.toThrow(text("evaluate", "1"));
    await expect(net.predict(xorInputs, { verbose: true as never })).rejects.toThrow(text("predict", "true"));
  });

  it("labels out of range", async () => {
    const net = classifier(1);
    const { x } = classification(3);
    const y = [0, 1, 3];
    const text = 'model "classifier", fit, y: labels must be integers in [0, 2], received 3 in row 2.';
    await refused(net, () => net.fit(x, y, silent), text);
    await refused(net, () => net.evaluate(x, y), text.replace("fit", "evaluate"));
    await refused(net, () => net.trainOnBatch(x, y), text.replace("fit", "trainOnBatch"));
  });

  it("fit before compile", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })], { name: "raw" });
    const text =
      'model "raw", fit: expected a compiled model, received one without loss and optimizer. Call compile({ optimizer, loss }) first.';
    await refused(net, () => net.fit(xorInputs, xorTargets), text);
    await refused(net, () => net.evaluate(xorInputs, xorTargets), "Call compile({ optimizer, loss }) first.");
    expect((await net.predict(xorInputs)).shape).toEqual([4, 1]);
  });

  it("two fits at once", async () => {
    const [net, twin] = [xorNetwork(2), xorNetwork(2)];
    const options = { ...silent, epochs: 500 };
    const running = net.fit(xorInputs, xorTargets, options);
    await expect(net.fit(xorInputs, xorTargets, options)).rejects.toThrow(
      'model "xor", fit: expected one training at a time, received a call while fit is running. Await the running fit first.',
    );
    await expect(net.trainOnBatch(xorInputs, xorTargets)).rejects.toThrow("expected one training at a time");
    expect(() => net.compile({ loss: "mse" })).toThrow("expected one training at a time");
    await running;
    await twin.fit(xorInputs, xorTargets, options);
    expect(allWeights(net)).toEqual(allWeights(twin));
  });

  it("predictions during fit wait for their turn", async () => {
    const [net, twin] = [xorNetwork(2), xorNetwork(2)];
    const options = { ...silent, epochs: 3000 };
    const running = net.fit(xorInputs, xorTargets, options);
    const seen = await Promise.all([net.predict(xorInputs), net.evaluate(xorInputs, xorTargets)]);
    expect(seen[0].data).toHaveLength(4);
    await running;
    await twin.fit(xorInputs, xorTargets, options);
    expect(allWeights(net)).toEqual(allWeights(twin));
  });

  it("abort keeps the completed steps, and the model can go on", async () => {
    const net = xorNetwork(3);
    const controller = new AbortController();
    const running = net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 1_000_000,
      signal: controller.signal,
      onEpochEnd: (epoch) => {
        if (epoch === 4) controller.abort();
      },
    });
    await expect(running).rejects.toThrow(
      new AbortError('model "xor", fit: stopped because its signal was aborted; 5 steps are done.'),
    );
    const twin = xorNetwork(3);
    await twin.fit(xorInputs, xorTargets, { ...silent, epochs: 5 });
    expect(allWeights(net)).toEqual(allWeights(twin));
    await net.fit(xorInputs, xorTargets, { ...silent, epochs: 5 });
    await twin.fit(xorInputs, xorTargets, { ...silent, epochs: 5 });
    expect(allWeights(net)).toEqual(allWeights(twin));
  });

  it("abort stops steps that are running", async () => {
    const net = xorNetwork(3);
    const controller = new AbortController();
    const running = net.fit(xorInputs, xorTargets, { ...silent, epochs: 1e9, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(running).rejects.toThrow(AbortError);
    await net.fit(xorInputs, xorTargets, silent);
    const before = allWeights(net);
    await expect(net.fit(xorInputs, xorTargets, { ...silent, signal: controller.signal })).rejects.toThrow(AbortError);
    expect(allWeights(net)).toEqual(before);
  });

  it("disposal during fit, and use after it", async () => {
    const net = xorNetwork(3);
    const running = net.fit(xorInputs, xorTargets, { ...silent, epochs: 1e9 });
    setTimeout(() => net.dispose(), 30);
    await expect(running).rejects.toThrow(AbortError);
    const text = "expected a model in use, received one that was disposed. Make a new model.";
    await expect(net.fit(xorInputs, xorTargets)).rejects.toThrow(`model "xor", fit: ${text}`);
    await expect(net.predict(xorInputs)).rejects.toThrow(`model "xor", predict: ${text}`);
    expect(() => net.getWeights()).toThrow(text);
    net.dispose();
  });

  it("a loss that becomes NaN names the step, the layer and likely causes", async () => {
    const net = xorNetwork(3, {
      loss: (yTrue, yPred) => ops.mean(ops.log(ops.sub(yPred, ops.add(yTrue, 2))), 1),
      metrics: [],
    });
    await refused(
      net,
      () => net.fit(xorInputs, xorTargets, silent),
      /model "xor", fit: expected a finite loss, received NaN at step 0 \(epoch 1, batch 1\)\. NaN first appears in "loss" \(operation unary\)\. The weights are as they were before this step\. Likely causes: a learning rate/,
    );
    const wild = sequential([
      layers.dense({ units: 4, inputShape: [2], name: "hidden" }),
      layers.dense({ units: 1, name: "out" }),
    ]);
    wild.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 1e10 }) });
    const failing = wild.fit(
      [
        [1e6, 255],
        [0, 3],
      ],
      [1, 2],
      { ...silent, epochs: 100 },
    );
    await expect(failing).rejects.toThrow(
      /expected a finite loss, received (NaN|-?Infinity) at step \d+.*Inputs reach 1000000/,
    );
    expect(allWeights(wild).every((value) => !Number.isNaN(value))).toBe(true);
  });

  it("a number that names no row of an embedding", async () => {
    const net = sequential(
      [layers.embedding({ inputDim: 3, outputDim: 2, inputShape: [2] }), layers.flatten(), layers.dense({ units: 1 })],
      { name: "words", seed: 1 },
    );
    net.compile({ loss: "mse" });
    await refused(
      net,
      () => net.fit([[0, 3]], [1], silent),
      new RangeError(
        'model "words", fit: expected a finite loss, received NaN at step 0 (epoch 1, batch 1). ' +
          'NaN first appears in "embedding" (operation gather). The weights are as they were before this step. ' +
          "Cause: a number that names no row. An embedding expects integers in [0, inputDim), " +
          "ops.take in [0, rows of the table).",
      ),
    );
  });

  it("a loss whose gradient reaches no weight", async () => {
    const error = new TypeError(
      'model "xor", fit: expected a loss whose gradient reaches a trainable weight, received one that depends on none. ' +
        "Steps such as ops.argmax and ops.stopGradient have none; compute the loss without them.",
    );
    for (const optimizer of ["sgd", "lbfgs"] as const) {
      const stopped = xorNetwork(3);
      stopped.compile({ optimizer, loss: (yTrue, yPred) => ops.mean(ops.stopGradient(ops.sub(yTrue, yPred)), 1) });
      await refused(stopped, () => stopped.fit(xorInputs, xorTargets, silent), error);
      expect(Object.keys(await stopped.evaluate(xorInputs, xorTargets))).toEqual(["loss"]);
      await refused(stopped, () => stopped.fit(xorInputs, xorTargets, silent), error);
    }
    const chosen = xorNetwork(3);
    chosen.compile({ loss: (_, yPred) => ops.mean(ops.argmax(yPred)) });
    await refused(chosen, () => chosen.fit(xorInputs, xorTargets, silent), error);
  });

  it("targets for another loss", async () => {
    const classes = classifier(1);
    const { x } = classification(3);
    classes.compile({ loss: "binaryCrossentropy" });
    await refused(
      classes,
      () => classes.fit(x, [0, 1, 2], silent),
      new ShapeError(
        'model "classifier", fit, y: binaryCrossentropy needs shape [batch, 3] like the model\'s output, received [3]. ' +
          "For class numbers use sparseCategoricalCrossentropy, or give a 0 or 1 for each output.",
      ),
    );
    const net = xorNetwork(1);
    net.compile({ loss: "sparseCategoricalCrossentropy" });
    await refused(
      net,
      () => net.fit(xorInputs, xorTargets, silent),
      new RangeError(
        'model "xor", fit, y: labels must be integers in [0, 0], received 1 in row 1. ' +
          "The output has one unit: use binaryCrossentropy.",
      ),
    );
  });

  it("weights that become NaN with the last step are told", async () => {
    const make = () => {
      const net = sequential([layers.dense({ units: 1, kernelInitializer: "zeros", inputShape: [2] })], {
        name: "roots",
      });
      const loss = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(ops.sqrt(yPred), -1);
      net.compile({ optimizer: "adam", loss });
      return net;
    };
    const text =
      'expected finite weights, received NaN in weight "dense/kernel" after step 1. The weights stay as they are: make new ' +
      "ones, or set them. Likely causes: a learning rate that is too large, or a derivative that is infinite, as that of a " +
      "square root at 0.";
    await expect(make().fit([[1, 2]], [0], silent)).rejects.toThrow(new RangeError(`model "roots", fit: ${text}`));
    expect(() => make().fitSync([[1, 2]], [0], silent)).toThrow(`model "roots", fitSync: ${text}`);
    await expect(make().trainOnBatch([[1, 2]], [0])).rejects.toThrow(`model "roots", trainOnBatch: ${text}`);
    // A callback that mends them is as good.
    const mended = make();
    const onTrainEnd = () => mended.setWeights([[[1], [1]], [0]]);
    await mended.fit([[1, 2]], [0], { ...silent, callbacks: { onTrainEnd } });
    expect(allWeights(mended)).toEqual([1, 1, 0]);
  });

  it("weights beyond the root of float32's range are no error", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "mae" });
    net.setWeights([[[1e30]], [0]]);
    await net.fit([[1]], [0], silent);
    expect(allWeights(net)).toEqual([Math.fround(1e30), 0]);
  });

  it("a callback that fails later is not left alone by fitSync", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listener);
    const onEpochEnd = async () => {
      await Promise.resolve();
      throw new Error("too late");
    };
    const net = xorNetwork(1);
    expect(() => net.fitSync(xorInputs, xorTargets, { ...silent, onEpochEnd: onEpochEnd as never })).toThrow(
      "callbacks must not be asynchronous",
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", listener);
    expect(unhandled).toEqual([]);
  });

  it("a callback that throws ends the training, which can be begun again", async () => {
    const net = xorNetwork(3);
    const failing = net.fit(xorInputs, xorTargets, {
      ...silent,
      epochs: 10,
      onEpochEnd: async () => {
        throw new Error("mine");
      },
    });
    await expect(failing).rejects.toThrow("mine");
    await net.fit(xorInputs, xorTargets, silent);
    expect(() => net.fitSync(xorInputs, xorTargets, { ...silent, onEpochEnd: async () => {} })).toThrow(
      'model "xor", fitSync: callbacks must not be asynchronous, received Promise. Use fit instead of fitSync.',
    );
    expect(net.fitSync(xorInputs, xorTargets, silent).epoch).toEqual([0]);
  });

  it("weights that do not fit", async () => {
    const net = xorNetwork(3);
    const weights = net.getWeights();
    const before = allWeights(net);
    expect(() => net.setWeights(weights.slice(1))).toThrow('model "xor", setWeights: expected 4 weights, received 3.');
    expect(() => net.setWeights([...weights.slice(0, 3), [1, 2]])).toThrow(
      new ShapeError('model "xor", setWeights, weight 3 ("output/bias"): expected shape [1], received [2].'),
    );
    expect(() => net.setWeights([...weights.slice(0, 3), [Number.NaN]])).toThrow("received NaN at place 0");
    expect(allWeights(net)).toEqual(before);
  });
});

/** Binds the model, so that a case is one line: data, then the error. */
function refusing(net: Model, action: () => Promise<unknown>) {
  return (error: Error | string | RegExp | RangeErrorConstructor) => refused(net, action, error as Error);
}

describe("bad input to compile and to layers", () => {
  it("is refused at once", () => {
    const net = xorNetwork(1);
    expect(() => net.compile({ loss: "msee" as "mse" })).toThrow(
      'model "xor", compile, loss: expected a known name, received "msee". Did you mean "mse"?',
    );
    expect(() => net.compile({ loss: "mse", optimizer: "adamm" as "adam" })).toThrow('Did you mean "adam"?');
    expect(() => net.compile({ loss: "mse", metrics: ["acuracy" as "accuracy"] })).toThrow('Did you mean "accuracy"?');
    expect(() => net.compile({ loss: "mse", metric: ["mae"] } as never)).toThrow('Did you mean "metrics"?');
    expect(() => net.compile({} as never)).toThrow('model "xor", compile: expected a loss, received none.');
    expect(() => net.compile({ loss: "mse", metrics: ["mae", "mae"] })).toThrow(
      'metrics need names of their own, received "mae" twice.',
    );
    // A failed compile leaves the earlier one in place.
    expect(net.optimizer?.name).toBe("adam");
    expect(() => layers.dense({ units: 0, name: "hidden" })).toThrow(
      new RangeError('dense "hidden": units must be a positive integer, received 0.'),
    );
    expect(() => layers.dense({ units: 2, activation: "rellu" as "relu" })).toThrow('Did you mean "relu"?');
    for (const trainable of ["no", 0]) {
      expect(() => layers.dense({ units: 1, trainable: trainable as never })).toThrow(
        new TypeError(`dense: trainable must be true or false, received ${JSON.stringify(trainable)}.`),
      );
      const layer = layers.dense({ units: 1, name: "hidden" });
      expect(() => {
        layer.trainable = trainable as never;
      }).toThrow(
        new TypeError(`dense "hidden": trainable must be true or false, received ${JSON.stringify(trainable)}.`),
      );
      expect(layer.trainable).toBe(true);
    }
    const withBatch = "received [null, 3]. Leave out the batch.";
    expect(() => layers.dense({ units: 1, inputShape: [null, 3] as never })).toThrow(
      new ShapeError(`dense: a shape must be an array of positive integers, ${withBatch}`),
    );
    expect(() => layers.input({ shape: [null, 3] as never })).toThrow(
      new ShapeError(`input: shape must be an array of positive integers, ${withBatch}`),
    );
    const lookups = "Lookups and hashing are applied to arrays before the model: net.fit(lookup.apply(x), y).";
    expect(() => sequential([layers.stringLookup({ vocabulary: ["a"] }) as never])).toThrow(
      new TypeError(`model "sequential": expected a layer at place 0, received a stringLookup. ${lookups}`),
    );
    expect(() => sequential([layers.hashing({ numBins: 2 }) as never])).toThrow(
      new TypeError(`model "sequential": expected a layer at place 0, received a hashing. ${lookups}`),
    );
    expect(() => sequential([{} as never])).toThrow(
      new TypeError('model "sequential": expected a layer at place 0, received an object.'),
    );
    expect(() => layers.spectralNormalization({} as never)).toThrow(
      new TypeError(
        "spectralNormalization: layer must be a layer, received undefined. " +
          "For example spectralNormalization({ layer: layers.dense({ units: 8 }) }).",
      ),
    );
    expect(() => layers.dropout({ rate: 1.5 })).toThrow("dropout: rate must be a number in [0, 1], received 1.5.");
    expect(() => losses.huber({ delta: 0 })).toThrow("losses.huber: delta must be");
    const wide = layers.dense({ units: 1e9, inputShape: [1000], name: "wide" });
    expect(() => sequential([wide])).toThrow(
      new RangeError(
        'weight "wide/kernel": expected at most 2147483647 elements, received [1000, 1000000000] with 1000000000000.',
      ),
    );
  });
});
