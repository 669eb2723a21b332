import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ShapeError } from "../../src/errors.js";
import { mlpClassifier } from "../../src/estimators/index.js";
import { testBackends } from "../backends.js";
import { classification } from "../models/networks.js";

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const xor = ["no", "yes", "yes", "no"];
const data = classification(120);
const points = data.x;
const kinds = [...data.y];

const quick = { hiddenLayerSizes: [8], randomState: 1, learningRateInit: 0.05, maxIter: 300 } as const;

beforeAll(async () => await testBackends[0]?.use());
afterEach(() => vi.restoreAllMocks());

describe("mlpClassifier", () => {
  it("learns texts and gives them back", async () => {
    const clf = mlpClassifier(quick);
    expect(await clf.fit(corners, xor)).toBe(clf);
    expect(await clf.predict(corners)).toEqual(xor);
    expect(await clf.score(corners, xor)).toBe(1);
    expect(await clf.score(corners, ["no", "no", "no", "no"], { sampleWeight: [1, 3, 0, 0] })).toBe(0.25);
    expect(clf).toMatchObject({
      classes: ["no", "yes"],
      nOutputs: 1,
      nLayers: 3,
      nFeaturesIn: 2,
      outActivation: "logistic",
    });
    expect(clf.lossCurve).toHaveLength(clf.nIter);
    expect(clf.loss).toBe(clf.lossCurve.at(-1));
    expect(clf.bestLoss).toBe(Math.min(...clf.lossCurve));
    expect(clf.validationScores).toBeNull();
    expect(clf.bestValidationScore).toBeNull();
    expect(clf.coefs.map((kernel) => [kernel.length, kernel[0]?.length])).toEqual([
      [2, 8],
      [8, 1],
    ]);
    expect(clf.intercepts.map((bias) => bias.length)).toEqual([8, 1]);
  });

  it("learns booleans, numbers and several labels a row", async () => {
    const booleans = mlpClassifier(quick);
    await booleans.fit(corners, [false, true, true, false]);
    expect(await booleans.predict(corners)).toEqual([false, true, true, false]);

    const numbers = mlpClassifier({ ...quick, solver: "lbfgs", maxIter: 30 });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await numbers.fit(
      points,
      kinds.map((kind) => 10 * kind),
    );
    expect(numbers.classes).toEqual([0, 10, 20]);
    const proba = await numbers.predictProba(points);
    const logs = await numbers.predictLogProba(points);
    (await numbers.predict(points)).forEach((label, row) => {
      const p = proba[row] as number[];
      expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(label).toBe(10 * p.indexOf(Math.max(...p)));
      expect(logs[row]?.map(Math.exp)).toEqual(p);
    });

    const several = mlpClassifier(quick);
    const y = [
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ];
    await several.fit(corners, y);
    expect(await several.predict(corners)).toEqual(y);
    expect(
      await several.score(corners, [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
    ).toBe(0.75);
    expect(await several.predictProba(corners)).toHaveLength(4);
    expect(several.classes).toEqual([0, 1]);
  });

  it("has logarithms of the smallest probabilities", async () => {
    const clf = mlpClassifier({ ...quick, hiddenLayerSizes: [], maxIter: 1 });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await clf.fit(corners, xor);
    clf.coefs = [[[1e4], [0]]];
    clf.intercepts = [[0]];
    expect(await clf.predictLogProba([[1, 0]])).toEqual([[-1e4, 0]]);
    expect(await clf.predictProba([[1, 0]])).toEqual([[0, 1]]);
  });

  it("is the same for the same randomState", async () => {
    const curves = await Promise.all(
      [1, 1, 2].map(async (randomState) => {
        const clf = mlpClassifier({ ...quick, randomState, maxIter: 5, batchSize: 32 });
        await clf.fit(points, kinds);
        return clf.lossCurve;
      }),
    );
    expect(curves[1]).toEqual(curves[0]);
    expect(curves[2]).not.toEqual(curves[0]);
  });

  it("stops early by the score of validation rows and goes back to the best weights", async () => {
    const clf = mlpClassifier({
      ...quick,
      earlyStopping: true,
      validationFraction: 0.25,
      nIterNoChange: 5,
      batchSize: 16,
    });
    await clf.fit(points, kinds);
    const scores = clf.validationScores as number[];
    expect(clf.converged).toBe(true);
    expect(clf.nIter).toBeLessThan(300);
    expect(scores).toHaveLength(clf.nIter);
    expect(clf.bestValidationScore).toBe(Math.max(...scores));
    expect(clf.bestLoss).toBeNull();
  });

  it("goes back to the best weights of all fits with a warm start", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const clf = mlpClassifier({
      ...quick,
      earlyStopping: true,
      validationFraction: 0.25,
      warmStart: true,
      maxIter: 30,
    });
    await clf.fit(points, kinds);
    const { coefs, bestValidationScore } = clf;
    // Steps that are far too long: no later epoch is better.
    clf.setParams({ solver: "sgd", learningRateInit: 5, maxIter: 2 });
    await clf.fit(points, kinds);
    expect(clf.bestValidationScore).toBe(bestValidationScore);
    expect(clf.coefs).toEqual(coefs);
  });

  it("can go on by batches after a search", async () => {
    const clf = mlpClassifier({ ...quick, solver: "lbfgs" });
    await clf.fit(corners, xor);
    expect(clf.nIter).toBeLessThanOrEqual(clf.lossCurve.length);
    clf.setParams({ solver: "adam" });
    await clf.partialFit(corners, xor);
    await clf.partialFit(corners.slice(0, 2), xor.slice(0, 2));
    expect(await clf.predict(corners)).toEqual(xor);
  });

  it("warns once when it ends before it converged", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const clf = mlpClassifier({ ...quick, maxIter: 2 });
    await clf.fit(corners, xor);
    await clf.fit(corners, xor);
    expect(clf.converged).toBe(false);
    expect(warn.mock.calls).toEqual([["estimators.mlpClassifier, fit: stopped at maxIter 2 before it converged."]]);
  });

  it("prints its epochs when asked", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await mlpClassifier({ ...quick, maxIter: 2, verbose: true }).fit(corners, xor);
    expect(log.mock.calls.map(([line]) => String(line).replace(/0\.\d{8}$/, "..."))).toEqual([
      "Iteration 1, loss = ...",
      "Iteration 2, loss = ...",
    ]);
  });

  it("goes on with a warm start, and begins anew without", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const warm = mlpClassifier({ ...quick, maxIter: 20, warmStart: true });
    await warm.fit(corners, xor);
    const first = warm.loss;
    const { model } = warm;
    await warm.fit(corners, xor);
    expect(warm.lossCurve).toHaveLength(40);
    expect(warm.nIter).toBe(20);
    expect(warm.loss).toBeLessThan(first);
    expect(warm.model).toBe(model);
    warm.setParams({ warmStart: false });
    await warm.fit(corners, xor);
    expect(warm.lossCurve).toHaveLength(20);
    expect(warm.loss).toBeCloseTo(first, 6);
  });

  it("learns batch by batch with classes that are told before", async () => {
    const clf = mlpClassifier({ ...quick, hiddenLayerSizes: [16] });
    await clf.partialFit(corners.slice(0, 2), ["no", "yes"], { classes: ["yes", "no", "maybe"] });
    expect(clf.classes).toEqual(["maybe", "no", "yes"]);
    for (let i = 0; i < 200; i++) await clf.partialFit(corners, xor);
    expect(await clf.predict(corners)).toEqual(xor);
    expect(clf.lossCurve).toHaveLength(201);
    await expect(clf.partialFit(corners, ["no", "yes", "yes", "never"])).rejects.toThrow(
      'estimators.mlpClassifier, partialFit, y: expected labels of known classes, received "never" in row 3. ' +
        'Known: "maybe", "no", "yes".',
    );
    await expect(clf.partialFit(corners, xor, { classes: ["no", "yes"] })).rejects.toThrow(
      'estimators.mlpClassifier, partialFit, classes: expected the classes "maybe", "no", "yes", received "no", "yes".',
    );
  });

  it.each([
    [
      {},
      {},
      TypeError,
      'expected all classes in the first call, received none. For example { classes: ["no", "yes"] }.',
    ],
    [{ solver: "lbfgs" }, { classes: xor }, TypeError, 'expected solver "adam" or "sgd", received "lbfgs".'],
    [{ earlyStopping: true }, { classes: xor }, TypeError, "expected earlyStopping false, received true. Use fit."],
  ] as const)("refuses a partialFit with %o and %o", async (options, settings, kind, message) => {
    const training = mlpClassifier(options).partialFit(corners, xor, settings);
    await expect(training).rejects.toThrow(new kind(`estimators.mlpClassifier, partialFit: ${message}`));
  });

  it("refuses classes of a partialFit that are not the columns of y", async () => {
    const y = [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    const clf = mlpClassifier(quick);
    await expect(clf.partialFit(corners, y, { classes: [0, 1, 2] })).rejects.toThrow(
      new RangeError("estimators.mlpClassifier, partialFit, classes: expected the classes 0, 1, received 0, 1, 2."),
    );
    await clf.partialFit(corners, y, { classes: [1, 0] });
    expect(clf.classes).toEqual([0, 1]);
  });

  it("scores an unknown class as wrong, and refuses labels of another kind", async () => {
    const clf = mlpClassifier(quick);
    await clf.fit(corners, xor);
    expect(await clf.score(corners, ["no", "yes", "yes", "never"])).toBe(0.75);
    const where = "estimators.mlpClassifier, score, y";
    const known = 'Known: "no", "yes".';
    await expect(clf.score(corners, [0, 1, 1, 0])).rejects.toThrow(
      new RangeError(`${where}: expected labels of known classes, received 0 in row 0. ${known}`),
    );
    const several = corners.map(([a, b]) => [a as number, b as number]);
    await expect(clf.score(corners, several)).rejects.toThrow(
      new ShapeError(`${where}: expected one label a row, received [4, 2].`),
    );
    await clf.fit(corners, several);
    await expect(clf.score(corners, xor)).rejects.toThrow(
      new ShapeError(`${where}: expected 2 labels a row, received [4, 1].`),
    );
  });

  it("refuses weights without a positive sum", async () => {
    const clf = mlpClassifier({ ...quick, earlyStopping: true, validationFraction: 0.5 });
    const place = (method: string) => `estimators.mlpClassifier, ${method}, sampleWeight: expected a sum above 0`;
    const none = { sampleWeight: [0, 0, 0, 0] };
    await expect(clf.fit(corners, xor, none)).rejects.toThrow(new RangeError(`${place("fit")}, received 0.`));
    await expect(clf.fit(corners, xor, { sampleWeight: [1, -3, 1, 0] })).rejects.toThrow(
      `${place("fit")}, received -1.`,
    );
    // The two parts have two rows each; which ones depends on the random state.
    const parts: string[] = [];
    for (const rows of [
      [0, 1],
      [0, 2],
      [3, 1],
      [3, 2],
    ]) {
      const sampleWeight = corners.map((_, row) => (rows.includes(row) ? 1 : 0));
      await clf.fit(corners, xor, { sampleWeight }).catch((error: Error) => parts.push(error.message));
    }
    expect(parts.sort()).toEqual([
      `${place("fit")}, received 0 of the rows for training.`,
      `${place("fit")}, received 0 of the rows for validation.`,
    ]);
    await expect(clf.score(corners, xor, none)).rejects.toThrow(`${place("score")}, received 0.`);
  });

  it("learns nothing from a batch whose weights are 0", async () => {
    const options = { ...quick, batchSize: 2, shuffle: false, solver: "sgd", momentum: 0 } as const;
    const [half, whole] = [mlpClassifier(options), mlpClassifier(options)];
    const classes = ["no", "yes"];
    await half.partialFit(corners.slice(0, 2), xor.slice(0, 2), { classes });
    await whole.partialFit(corners, xor, { classes, sampleWeight: [1, 1, 0, 0] });
    expect(whole.coefs).toEqual(half.coefs);
    expect(whole.intercepts).toEqual(half.intercepts);
    // The mean over the batches, of which one is 0.
    expect(whole.loss).toBeCloseTo(half.loss / 2, 6);
  });

  it("refuses x and y that do not fit, and stays as it was", async () => {
    const clf = mlpClassifier(quick);
    await clf.fit(corners, xor);
    const before = clf.coefs;
    const where = "estimators.mlpClassifier, fit";
    const cases: [unknown, unknown, string][] = [
      [corners, ["no"], `${where}: x and y must have the same number of rows: expected 4, received 1 in y.`],
      [[], [], `${where}, x: expected one or more rows, received none.`],
      [
        [1, 2, 3, 4],
        xor,
        `${where}, x: expected shape [rows, features], received [4]. Give one array a row, or a tensor of shape [rows, features].`,
      ],
      [
        [
          [0, Number.NaN],
          [1, 1],
        ],
        ["a", "b"],
        `${where}, x: expected finite numbers, received NaN in row 0, column 1. Replace or remove missing values before training.`,
      ],
      [corners, ["a", "a", "a", "a"], `${where}, y: expected two or more classes, received "a" only.`],
    ];
    for (const [x, y, message] of cases) {
      await expect(clf.fit(x as number[][], y as string[])).rejects.toThrow(message);
    }
    await expect(clf.fit(corners, xor, { signl: 1 } as object)).rejects.toThrow(
      `${where}: expected a known option, received "signl". Did you mean "signal"? Options: signal, sampleWeight.`,
    );
    await expect(clf.fit(corners, xor, { signal: "stop" as never })).rejects.toThrow(
      `${where}: signal must be an AbortSignal, received "stop".`,
    );
    await expect(clf.fit(corners, xor, { sampleWeight: [1, 2] })).rejects.toThrow(
      `${where}, sampleWeight: expected one number a row: expected 4, received 2 in sampleWeight.`,
    );
    await expect(clf.predict([[1, 2, 3]])).rejects.toThrow(
      "estimators.mlpClassifier, predict, x: expected shape [batch, 2], received [1, 3].",
    );
    expect(clf.coefs).toEqual(before);
  });

  it("refuses a warm start with other classes, features or layers", async () => {
    const clf = mlpClassifier({ ...quick, warmStart: true });
    await clf.fit(corners, xor);
    await expect(clf.fit(corners, [0, 1, 1, 0])).rejects.toThrow(
      'estimators.mlpClassifier, fit, y: expected the classes "no", "yes", received 0, 1.',
    );
    await expect(clf.fit([[1], [2], [3], [4]], xor)).rejects.toThrow(
      "estimators.mlpClassifier, fit, x: expected shape [batch, 2], received [4, 1].",
    );
    clf.setParams({ hiddenLayerSizes: [9] });
    await expect(clf.fit(corners, xor)).rejects.toThrow(
      'estimators.mlpClassifier, fit: expected hiddenLayerSizes [8] and activation "relu", received [9] and "relu". ' +
        "A network that goes on cannot change its shape.",
    );
  });

  it("refuses to tell before it was fitted", async () => {
    const clf = mlpClassifier();
    const message = (name: string) =>
      `estimators.mlpClassifier, ${name}: expected a fitted estimator, received one that was not fitted. Call fit first.`;
    await expect(clf.predict(corners)).rejects.toThrow(new TypeError(message("predict")));
    await expect(clf.score(corners, xor)).rejects.toThrow(message("score"));
    for (const name of ["classes", "coefs", "lossCurve", "nIter", "model", "outActivation"] as const) {
      expect(() => clf[name]).toThrow(message(name));
    }
  });

  it("refuses weights of another shape", async () => {
    const clf = mlpClassifier({ ...quick, hiddenLayerSizes: [] });
    await clf.fit(corners, xor);
    expect(() => {
      clf.coefs = [[[1, 2]]];
    }).toThrow("estimators.mlpClassifier, coefs, layer 0: expected shape [2, 1], received [1, 2].");
    expect(() => {
      clf.intercepts = [];
    }).toThrow("estimators.mlpClassifier, intercepts: expected 1 arrays, one for each layer, received 0.");
  });

  it("refuses a second training while one is running, and ends by a signal", async () => {
    const clf = mlpClassifier({ ...quick, maxIter: 5000, tol: 0, nIterNoChange: 5000 });
    const controller = new AbortController();
    const training = clf.fit(corners, xor, { signal: controller.signal });
    await expect(clf.fit(corners, xor)).rejects.toThrow(
      "estimators.mlpClassifier, fit: expected one training at a time, received a call while another is running.",
    );
    controller.abort();
    await expect(training).rejects.toThrow(/^model "mlpClassifier", fit: stopped because its signal was aborted/);
    vi.spyOn(console, "warn").mockImplementation(() => {});
    clf.setParams({ maxIter: 3 });
    await clf.fit(corners, xor);
    expect(clf.nIter).toBe(3);
  });

  it("changes options all or nothing", () => {
    const clf = mlpClassifier({ alpha: 0.5 });
    expect(clf.setParams({ maxIter: 7 })).toBe(clf);
    expect(() => clf.setParams({ maxIter: 9, alpha: -1 })).toThrow(
      "estimators.mlpClassifier, setParams: alpha must be a finite number of at least 0, received -1.",
    );
    expect(clf.getParams()).toMatchObject({ alpha: 0.5, maxIter: 7 });
  });
});
