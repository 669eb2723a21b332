// `optimizers.lbfgs()` through compile and fit, on every backend.

import { beforeAll, describe, expect, it } from "vitest";
import {
  AbortError,
  layers,
  losses,
  type Model,
  ops,
  optimizers,
  regularizers,
  sequential,
  tensor,
} from "../../src/index.js";
import { testBackends } from "../backends.js";
import { pattern } from "../fixtures/fixture.js";
import { classification, xorInputs, xorNetwork, xorTargets } from "./networks.js";

const rows = 24;
const x = { data: pattern(rows * 3, 3), shape: [rows, 3] };
const y = Float32Array.from({ length: rows }, (_, r) => {
  const [a = 0, b = 0, c = 0] = x.data.subarray(3 * r, 3 * r + 3);
  return 2 * a - b + 0.5 * c + 0.25 + 0.1 * Math.sin(9 * r);
});

function line(): Model {
  const net = sequential([layers.dense({ units: 1, inputShape: [3], name: "line" })], { seed: 1, name: "net" });
  net.compile({ optimizer: optimizers.lbfgs(), loss: "mse" });
  return net;
}

/** The weights of least squares, by Gauss and Jordan's elimination of the normal equations. */
function leastSquares(): number[] {
  const a = Array.from({ length: rows }, (_, r) => [...x.data.subarray(3 * r, 3 * r + 3), 1]);
  const m = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3, 4].map((j) =>
      a.reduce((sum, row, r) => sum + (row[i] ?? 0) * (j < 4 ? (row[j] ?? 0) : (y[r] ?? 0)), 0),
    ),
  );
  m.forEach((pivotRow, i) => {
    const pivot = pivotRow[i] as number;
    pivotRow.forEach((v, j) => {
      pivotRow[j] = v / pivot;
    });
    m.forEach((row, k) => {
      const factor = row[i] as number;
      if (k !== i) for (let j = 0; j < 5; j++) row[j] = (row[j] as number) - factor * (pivotRow[j] as number);
    });
  });
  return m.map((row) => row[4] as number);
}

describe.each(testBackends)("L-BFGS on $label", ({ use, name }) => {
  beforeAll(use);

  it("learns XOR to a loss below 1e-6 and tells why it ended", async () => {
    using net = xorNetwork(3, { optimizer: optimizers.lbfgs({ gradientTolerance: 1e-7 }) });
    const { history, epoch, stop } = await net.fit(xorInputs, xorTargets, { epochs: 200, verbose: 0 });
    expect(history.loss.at(-1)).toBeLessThan(1e-6);
    expect(history.accuracy?.at(-1)).toBe(1);
    expect(history.loss.every((loss, i) => i === 0 || loss <= (history.loss[i - 1] as number))).toBe(true);
    expect(stop).toEqual({
      reason: "gradient",
      converged: true,
      iterations: epoch.length,
      evaluations: expect.any(Number) as number,
    });
    expect((await net.evaluate(xorInputs, xorTargets)).loss).toBeCloseTo(history.loss.at(-1) as number, 6);
  });

  it("shows the weights of whole iterations alone to calls while it searches", async () => {
    // Rosenbrock's function of two weights: steps along its valley are often too long. Many rows, so that others get their turn.
    const many = name === "reference" ? 500 : 20_000;
    const ones = tensor(new Float32Array(many).fill(1), [many, 1]);
    const valley = (): Model => {
      const net = sequential([layers.dense({ units: 2, useBias: false, inputShape: [1], name: "point" })]);
      net.compile({
        optimizer: "lbfgs",
        loss: (_, output) => {
          const [a, b] = ops.split(output, 2) as [typeof output, typeof output];
          return ops.add(ops.mul(ops.square(ops.sub(b, ops.square(a))), 100), ops.square(ops.sub(1, a)));
        },
      });
      net.setWeights([[[-1.2, 1]]]);
      return net;
    };
    using net = valley();
    let running = true;
    const training = net.fit(ones, ones, { epochs: 30, verbose: 0 }).finally(() => {
      running = false;
    });
    const seen: number[][] = [];
    while (running) seen.push([...(await net.predict([[1]])).data]);
    await training;
    // The same training again, looked at after each epoch.
    using twin = valley();
    const points = [[...(await twin.predict([[1]])).data]];
    const { stop } = await twin.fit(ones, ones, {
      epochs: 30,
      verbose: 0,
      onEpochEnd: async () => void points.push([...(await twin.predict([[1]])).data]),
    });
    expect(stop).toBeNull();
    for (const point of seen) expect(points).toContainEqual(point);
  });

  it("finds the weights of least squares", async () => {
    using net = line();
    const { stop } = await net.fit(x, y, { epochs: 50, verbose: 0 });
    expect(stop?.converged).toBe(true);
    const found = net.getWeights().flatMap(({ data }) => [...data]);
    leastSquares().forEach((weight, i) => {
      expect(found[i]).toBeCloseTo(weight, 4);
    });
  });
});

describe("L-BFGS", () => {
  beforeAll(async () => await testBackends[0]?.use());

  it("gives the same bits by fitSync and by fit", async () => {
    using a = line();
    using b = line();
    const first = await a.fit(x, y, { epochs: 5, verbose: 0 });
    const second = b.fitSync(x, y, { epochs: 5, verbose: 0 });
    expect(second.history).toEqual(first.history);
    expect(b.getWeights()).toEqual(a.getWeights());
  });

  it("calls callbacks, evaluates the validation rows, and heeds stopTraining", async () => {
    using net = line();
    const calls: string[] = [];
    const { history, stop } = await net.fit(x, y, {
      epochs: 9,
      verbose: 0,
      validationSplit: 0.25,
      callbacks: [
        {
          onEpochBegin: (epoch) => void calls.push(`begin ${epoch}`),
          onBatchEnd: (batch) => void calls.push(`batch ${batch}`),
          onEpochEnd: (epoch) => {
            calls.push(`end ${epoch}`);
            if (epoch === 1) net.stopTraining = true;
          },
        },
      ],
    });
    expect(calls).toEqual(["begin 0", "batch 0", "end 0", "begin 1", "batch 0", "end 1"]);
    expect(history.valLoss).toHaveLength(2);
    expect(stop).toBeNull();
  });

  it("ends with an AbortError when a callback disposes of the model", async () => {
    const net = line();
    const text = 'model "net", fit: stopped because the model was disposed; 0 steps are done.';
    await expect(net.fit(x, y, { verbose: 0, callbacks: { onBatchBegin: () => net.dispose() } })).rejects.toThrow(
      new AbortError(text),
    );
  });

  it("records an epoch that has nothing to do", async () => {
    using net = line();
    await net.fit(x, y, { epochs: 50, verbose: 0 });
    const { history, stop } = await net.fit(x, y, { epochs: 50, verbose: 0 });
    expect(history.loss).toHaveLength(1);
    expect(stop).toEqual({ reason: "gradient", converged: true, iterations: 0, evaluations: 1 });
  });

  it("goes on where it was, and trainOnBatch is one iteration", async () => {
    using net = line();
    const { loss } = await net.trainOnBatch(x, y);
    const { history } = await net.fit(x, y, { epochs: 3, verbose: 0 });
    expect(history.loss[0]).toBeLessThan(loss);
  });

  it("shows the best weights alone, to predictions in between and after an abort", async () => {
    using net = xorNetwork(5, { optimizer: "lbfgs" });
    const controller = new AbortController();
    const seen: number[] = [];
    let last = Number.POSITIVE_INFINITY;
    const training = net.fit(xorInputs, xorTargets, {
      epochs: 100,
      verbose: 0,
      signal: controller.signal,
      onEpochEnd: async (epoch, logs) => {
        last = logs.loss as number;
        seen.push((await net.evaluate(xorInputs, xorTargets)).loss - last);
        if (epoch === 3) controller.abort();
      },
    });
    await expect(training).rejects.toThrow(
      'model "xor", fit: stopped because its signal was aborted; 4 steps are done.',
    );
    for (const difference of seen) expect(Math.abs(difference)).toBeLessThan(1e-6);
    expect((await net.evaluate(xorInputs, xorTargets)).loss).toBeCloseTo(last, 6);
  });

  it("leaves frozen weights alone and uses weights of rows", async () => {
    using net = sequential(
      [
        layers.dense({ units: 4, activation: "tanh", inputShape: [3], name: "frozen", trainable: false }),
        layers.dense({ units: 1, name: "open" }),
      ],
      { seed: 2 },
    );
    net.compile({ optimizer: "lbfgs", loss: "mse" });
    const [before] = net.getWeights();
    const sampleWeight = Float32Array.from({ length: rows }, (_, r) => (r < 12 ? 1 : 0));
    await net.fit(x, y, { epochs: 60, verbose: 0, sampleWeight });
    expect(net.getWeights()[0]).toEqual(before);
    const predicted = await net.predict(x);
    const errors = Array.from(y, (v, r) => (v - (predicted.data[r] as number)) ** 2);
    const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(errors.slice(0, 12))).toBeLessThan(mean(errors.slice(12)));
  });

  it("moves the state of layers on with each iteration, and keeps the masks of dropout", async () => {
    const counter = layers.custom({
      name: "counter",
      build: (_, ctx) => ctx.variable("count", [1], { initializer: "zeros", trainable: false }),
      call: (value, ctx) => {
        ctx.assign("count", ops.add(ctx.variables.count as typeof value, 1));
        return value;
      },
    });
    using net = sequential(
      [
        layers.dense({ units: 8, activation: "relu", inputShape: [5] }),
        layers.dropout({ rate: 0.3 }),
        counter,
        layers.dense({ units: 3 }),
      ],
      { seed: 4 },
    );
    net.compile({ optimizer: "lbfgs", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    const data = classification(60);
    const { history } = await net.fit(data.x, data.y, { epochs: 10, verbose: 0 });
    expect(net.getWeights().find(({ name }) => name === "counter/count")?.data).toEqual(Float32Array.of(10));
    expect(history.loss.every((loss, i) => i === 0 || loss <= (history.loss[i - 1] as number))).toBe(true);
  });

  it("ends with maxEvaluations", async () => {
    using net = xorNetwork(3, { optimizer: optimizers.lbfgs({ maxEvaluations: 4 }) });
    const { stop } = await net.fit(xorInputs, xorTargets, { epochs: 50, verbose: 0 });
    expect(stop).toMatchObject({ reason: "maxEvaluations", converged: false });
  });

  it("refuses batches", async () => {
    using net = line();
    await expect(net.fit(x, y, { batchSize: 8 })).rejects.toThrow(
      new RangeError(
        'model "net", fit: optimizer lbfgs compares losses over all rows: batchSize must be 24, received 8. ' +
          "Leave out batchSize, or choose another optimizer for batches.",
      ),
    );
  });

  it("minimizes regularizers, too", async () => {
    using net = sequential(
      [layers.dense({ units: 1, inputShape: [3], name: "line", kernelRegularizer: regularizers.l2({ l2: 1 }) })],
      { seed: 1 },
    );
    net.compile({ optimizer: "lbfgs", loss: "mse" });
    await net.fit(x, y, { epochs: 50, verbose: 0 });
    const [kernel] = net.getWeights();
    const free = leastSquares().slice(0, 3);
    const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
    expect(norm(kernel?.data ?? [])).toBeLessThan(0.5 * norm(free));
    const before = (await net.evaluate(x, y)).loss;
    net.setWeights(net.getWeights().map((weight) => ({ ...weight, data: weight.data.map((v) => v * 1.02) })));
    expect((await net.evaluate(x, y)).loss).toBeGreaterThan(before);
  });

  it("names the place of a loss that is not finite at the start, and keeps the weights", async () => {
    using net = line();
    net.compile({ optimizer: "lbfgs", loss: (yTrue, yPred) => ops.log(ops.sub(ops.mul(yTrue, 0), ops.abs(yPred))) });
    const before = net.getWeights();
    await expect(net.fit(x, y, { epochs: 2 })).rejects.toThrow(
      /^model "net", fit: expected a finite loss, received NaN at step 0 \(epoch 1, batch 1\)\. NaN first appears in "loss"/,
    );
    expect(net.getWeights()).toEqual(before);
  });

  it("ends with an AbortError when the model is disposed", async () => {
    const net = xorNetwork(3, { optimizer: "lbfgs" });
    const training = net.fit(xorInputs, xorTargets, { epochs: 100, verbose: 0, onEpochEnd: () => net.dispose() });
    await expect(training).rejects.toThrow(
      'model "xor", fit: stopped because the model was disposed; 1 steps are done.',
    );
  });
});

describe("optimizers.lbfgs", () => {
  it("has SciPy's defaults", () => {
    expect(optimizers.lbfgs().config).toEqual({
      historySize: 10,
      gradientTolerance: 1e-5,
      lossTolerance: 2.220446049250313e-9,
      maxEvaluations: 15000,
    });
  });

  it.each([
    [{ historySize: 0 }, "optimizers.lbfgs: historySize must be a positive integer, received 0."],
    [
      { gradientTolerance: -1 },
      "optimizers.lbfgs: gradientTolerance must be a finite number of at least 0, received -1.",
    ],
    [
      { lossTolerance: Number.NaN },
      "optimizers.lbfgs: lossTolerance must be a finite number of at least 0, received NaN.",
    ],
    [{ maxEvaluations: 1.5 }, "optimizers.lbfgs: maxEvaluations must be a positive integer, received 1.5."],
  ])("refuses %o", (options, message) => {
    expect(() => optimizers.lbfgs(options)).toThrow(new RangeError(message));
  });

  it("refuses unknown options", () => {
    expect(() => optimizers.lbfgs({ histroySize: 3 } as object)).toThrow(
      'optimizers.lbfgs: expected a known option, received "histroySize". Did you mean "historySize"? Options: historySize, ' +
        "gradientTolerance, lossTolerance, maxEvaluations.",
    );
  });
});
