import { beforeAll, describe, expect, it, vi } from "vitest";
import { AbortError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";
import { type Batch, type Batches, sequential } from "../../src/models/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification, classifier, xorInputs, xorTargets } from "./networks.js";

const { x, y } = classification(100);

/** The rows of the data set in batches of so many. */
function* cut(size: number, weights?: Float32Array): Generator<Batch> {
  for (let row = 0; row < y.length; row += size) {
    const end = Math.min(row + size, y.length);
    const part = { data: x.data.subarray(row * 5, end * 5), shape: [end - row, 5] };
    const targets = y.subarray(row, end);
    yield weights === undefined ? [part, targets] : [part, targets, weights.subarray(row, end)];
  }
}

function again(batches: () => Iterator<Batch>): Batches {
  return { [Symbol.iterator]: batches };
}

async function* slowly(batches: Iterable<Batch>): AsyncGenerator<Batch> {
  for (const batch of batches) {
    await new Promise((resolve) => setImmediate(resolve));
    yield batch;
  }
}

describe.each(testBackends)("fit on batches on $label", (backend) => {
  beforeAll(() => backend.use());

  it("gives the bits of arrays, with any iterator, watched or not", async () => {
    const arrays = classifier(3);
    const options = { epochs: 3, verbose: 0 } as const;
    const history = await arrays.fit(x, y, { ...options, batchSize: 16, shuffle: false });
    const run = async (batches: Batches, more: object = {}) => {
      const net = classifier(3);
      expect(await net.fit(batches, { ...options, ...more })).toEqual(history);
      expect(allWeights(net)).toEqual(allWeights(arrays));
    };
    await run(again(() => cut(16)));
    await run({ [Symbol.asyncIterator]: () => slowly(cut(16)) });
    await run(
      again(() => cut(16)),
      { onBatchEnd: () => {} },
    );
    const net = classifier(3);
    expect(
      net.fitSync(
        again(() => cut(16)),
        options,
      ),
    ).toEqual(history);
    expect(allWeights(net)).toEqual(allWeights(arrays));
  });

  it("takes weights of rows and of classes", async () => {
    const [a, b] = [classifier(3), classifier(3)];
    const sampleWeight = Float32Array.from({ length: 100 }, (_, i) => 1 + (i % 3));
    const options = { epochs: 2, classWeight: { 0: 2, 1: 0.5 }, verbose: 0 } as const;
    const history = await a.fit(x, y, { ...options, sampleWeight, batchSize: 20, shuffle: false });
    const batches = again(() => cut(20, sampleWeight));
    expect(await b.fit(batches, options)).toEqual(history);
    expect(allWeights(b)).toEqual(allWeights(a));
  });

  it("evaluates and predicts as on arrays", async () => {
    const net = classifier(3);
    const batches = again(() => cut(16));
    const results = await net.evaluate(x, y, { batchSize: 16 });
    expect(await net.evaluate(batches)).toEqual(results);
    expect(net.evaluateSync(batches)).toEqual(results);
    expect(await net.evaluate(slowly(cut(16)))).toEqual(results);
    const out = await net.predict(x, { batchSize: 16 });
    expect(await net.predict(batches)).toEqual(out);
    expect(net.predictSync(batches)).toEqual(out);
    const first = await net.evaluate(batches, { steps: 2 });
    const head = { data: x.data.subarray(0, 32 * 5), shape: [32, 5] };
    expect(first).toEqual(await net.evaluate(head, y.subarray(0, 32), { batchSize: 16 }));
    expect(await net.evaluate(x, y, { batchSize: 16, steps: 2 })).toEqual(first);
    expect((await net.predict(batches, { steps: 2 })).data).toEqual(out.data.subarray(0, 32 * 3));
    expect((await net.predict(x, { batchSize: 16, steps: 2 })).data).toEqual(out.data.subarray(0, 32 * 3));
  });

  it("takes batches of any size", async () => {
    const [whole, parts] = [classifier(3), classifier(3)];
    function* sizes(): Generator<Batch> {
      let row = 0;
      for (const size of [3, 3, 5, 2, 17, 17, 1, 52]) {
        yield [{ data: x.data.subarray(row * 5, (row + size) * 5), shape: [size, 5] }, y.subarray(row, row + size)];
        row += size;
      }
    }
    const losses: number[] = [];
    const { history } = await parts.fit(again(sizes), {
      verbose: 0,
      onBatchEnd: (_, logs) => void losses.push(logs.loss ?? 0),
    });
    expect(losses).toHaveLength(8);
    let sum = 0;
    for (const [part, targets] of sizes()) {
      const { loss } = await whole.trainOnBatch(part, targets as Uint8Array);
      sum += loss * (targets as Uint8Array).length;
    }
    expect(history.loss[0]).toBeCloseTo(sum / 100, 6);
    expect(allWeights(parts)).toEqual(allWeights(whole));
  });
});

describe("fit on batches", () => {
  beforeAll(() => testBackends[0]?.use());

  it("goes on where an epoch of stepsPerEpoch ended, and reads no batch too many", async () => {
    let read = 0;
    function* endless(): Generator<Batch> {
      for (;;) {
        for (const batch of cut(10)) {
          read++;
          yield batch;
        }
      }
    }
    const generator = endless();
    const [a, b] = [classifier(3), classifier(3)];
    const { history } = await a.fit(generator, { epochs: 3, stepsPerEpoch: 4, verbose: 0 });
    expect(history.loss).toHaveLength(3);
    expect(read).toBe(12);
    await a.fit(generator, { epochs: 2, stepsPerEpoch: 4, verbose: 0 });
    expect(read).toBe(20);
    await b.fit(x, y, { epochs: 2, batchSize: 10, shuffle: false, verbose: 0 });
    expect(allWeights(a)).toEqual(allWeights(b));
  });

  it("begins anew without a warning when the data ends with an epoch", async () => {
    const net = classifier(3);
    const history = await net.fit(
      again(() => cut(10)),
      { epochs: 4, stepsPerEpoch: 5, verbose: 0 },
    );
    expect(history.epoch).toEqual([0, 1, 2, 3]);
    expect(history.warnings).toEqual([]);
  });

  it("warns, once, of data that ends early", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    try {
      const once = await classifier(3).fit(cut(10), { epochs: 3, verbose: "auto" });
      const remedy = "Give an iterable that begins anew each time, or that goes on for stepsPerEpoch * epochs batches.";
      expect(once.epoch).toEqual([0]);
      expect(once.warnings).toEqual([
        `model "classifier", fit: the data ended in epoch 2 of 3, after 0 steps. ${remedy}`,
      ]);
      expect(warn.mock.calls).toEqual([once.warnings]);
      const ended: number[] = [];
      const early = await classifier(3).fit(cut(10), {
        epochs: 2,
        stepsPerEpoch: 7,
        verbose: 0,
        onEpochEnd: (e) => void ended.push(e),
      });
      expect(early.warnings).toEqual([
        `model "classifier", fit: the data ended in epoch 2 of 2, after 3 steps. ${remedy}`,
      ]);
      expect(ended).toEqual([0, 1]);
      const arrays = await classifier(3).fit(x, y, { batchSize: 10, epochs: 3, stepsPerEpoch: 7, verbose: 0 });
      expect(arrays.epoch).toEqual([0, 1, 2]);
      expect(arrays.warnings[0]).toContain("the data ended in epoch 2 of 3, after 3 steps.");
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      warn.mockRestore();
    }
  });

  it("makes as many steps of arrays as stepsPerEpoch says", async () => {
    const [a, b] = [classifier(3), classifier(3)];
    const batches: number[] = [];
    await a.fit(x, y, {
      batchSize: 10,
      epochs: 4,
      stepsPerEpoch: 5,
      verbose: 0,
      onBatchEnd: (i) => void batches.push(i),
    });
    await b.fit(x, y, { batchSize: 10, epochs: 2, verbose: 0 });
    expect(batches).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(allWeights(a)).toEqual(allWeights(b));
  });

  it("evaluates on batches, on some of them, and every so many epochs", async () => {
    const [a, b, c] = [classifier(3), classifier(3), classifier(3)];
    const options = { epochs: 4, batchSize: 20, validationFreq: 2, verbose: 0 } as const;
    const given = await a.fit(x, y, { ...options, validationData: [x, y], validationSteps: 2 });
    const head = { data: x.data.subarray(0, 40 * 5), shape: [40, 5] };
    expect(given.history.valLoss).toHaveLength(2);
    expect(await b.fit(x, y, { ...options, validationData: [head, y.subarray(0, 40)] })).toEqual(given);
    const validationData = again(() => cut(20));
    expect(await c.fit(x, y, { ...options, validationData, validationSteps: 2 })).toEqual(given);
  });

  it("learns the input shape of a sequential from the first batch", async () => {
    const net = sequential([layers.dense({ units: 2 }), layers.dense({ units: 1 })]);
    net.compile({ loss: "meanSquaredError" });
    const { history } = await net.fit(new Set([[xorInputs, xorTargets] as const]), { verbose: 0 });
    expect(history.loss).toHaveLength(1);
    expect((await net.predict(xorInputs)).shape).toEqual([4, 1]);
  });

  it("closes the iterators that it has opened, and no others", async () => {
    const closed: string[] = [];
    const open = (name: string) => {
      const source = cut(10);
      const close = (value: undefined) => {
        closed.push(name);
        return source.return(value);
      };
      return { next: () => source.next(), return: close };
    };
    const stop = (model: ReturnType<typeof classifier>) => ({
      onEpochEnd: () => {
        model.stopTraining = true;
      },
    });
    const net = classifier(3);
    await net.fit(
      again(() => open("opened")),
      { stepsPerEpoch: 2, epochs: 9, verbose: 0, ...stop(net) },
    );
    expect(closed).toEqual(["opened"]);
    const own = cut(10);
    await net.fit(own, { stepsPerEpoch: 2, verbose: 0 });
    expect(own.next().done).toBe(false);
    const failing = net.fit(
      again(() => open("failed")),
      {
        verbose: 0,
        onBatchEnd: () => {
          throw new Error("mine");
        },
      },
    );
    await expect(failing).rejects.toThrow("mine");
    expect(closed).toEqual(["opened", "failed"]);
  });

  it("stops waiting for a batch that never comes", async () => {
    const never: Batches = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => new Promise<never>(() => {}),
      }),
    };
    const controller = new AbortController();
    const running = classifier(3).fit(never, { verbose: 0, signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(running).rejects.toThrow(AbortError);
    const evaluating = new AbortController();
    const evaluation = classifier(3).evaluate(never, { signal: evaluating.signal });
    setTimeout(() => evaluating.abort(), 5);
    await expect(evaluation).rejects.toThrow(AbortError);
  });

  it("tells the batch of a mistake, and keeps what was done before", async () => {
    const net = classifier(3);
    const list = [...cut(50)];
    const nan = new Float32Array(250);
    nan[7] = Number.NaN;
    const run = (batches: Iterable<unknown>, options: object = {}) =>
      net.fit(batches as Batches, { verbose: 0, ...options });
    await expect(run(new Set([list[0], [nan, y.subarray(50)]]))).rejects.toThrow(
      'model "classifier", fit, batch 2, x: expected finite numbers, received NaN in row 1, column 2. Replace or remove missing values before training.',
    );
    await expect(run(new Set([{ x: 1 }]))).rejects.toThrow(
      'model "classifier", fit, batch 1: expected a batch as [x, y] or [x, y, sampleWeight], received an object.',
    );
    await expect(run(new Set())).rejects.toThrow(
      'model "classifier", fit: expected one or more batches, received none.',
    );
    await expect(net.evaluate(new Set<Batch>())).rejects.toThrow(
      'model "classifier", evaluate: expected one or more batches, received none.',
    );
    const broken = { [Symbol.iterator]: () => ({ next: () => 3 }) } as never;
    await expect(run(broken)).rejects.toThrow(
      'model "classifier", fit: an iterator must give { value, done }, received 3.',
    );
    await expect(run({ [Symbol.iterator]: () => 3 } as never)).rejects.toThrow(
      'model "classifier", fit: expected an iterable of batches, received one whose iterator has no next method.',
    );
    expect(() => net.fitSync(slowly(cut(10)), { verbose: 0 })).toThrow(
      'model "classifier", fitSync: data must not be asynchronous, received Promise. Use the method without Sync.',
    );
    const mine = (function* (): Generator<Batch> {
      yield list[0] as Batch;
      throw new Error("no more paper");
    })();
    await expect(run(mine)).rejects.toThrow("no more paper");
  });

  it("refuses options that cut arrays into batches", async () => {
    const net = classifier(3);
    const begin = 'model "classifier", fit: x is an iterable of batches: expected no';
    await expect(net.fit(cut(10) as never, y, {})).rejects.toThrow(
      `${begin} y, received Uint8Array(100). Give it in each batch: [x, y].`,
    );
    await expect(net.fit(cut(10), { batchSize: 4 })).rejects.toThrow(
      `${begin} batchSize, received 4. Batches have the size in which they come.`,
    );
    await expect(net.fit(cut(10), { validationSplit: 0.5 })).rejects.toThrow(
      `${begin} validationSplit, received 0.5. Give other batches as validationData.`,
    );
    await expect(net.fit(cut(10), { sampleWeight: [1] })).rejects.toThrow(
      `${begin} sampleWeight, received an array of 1. Give it in each batch: [x, y, sampleWeight].`,
    );
    for (const name of ["stepsPerEpoch", "validationSteps"]) {
      await expect(net.fit(cut(10), { [name]: 0 })).rejects.toThrow(
        `model "classifier", fit: ${name} must be a positive integer, received 0.`,
      );
    }
    net.compile({ optimizer: "lbfgs", loss: "meanSquaredError" });
    const targets = new Set([[x, new Float32Array(300)] as const]);
    await expect(net.fit(targets, { verbose: 0 })).rejects.toThrow(
      'model "classifier", fit: optimizer lbfgs compares losses over all rows: expected arrays, received an iterable of batches. Choose another optimizer for batches.',
    );
  });
});
