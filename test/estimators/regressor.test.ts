import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { mlpRegressor } from "../../src/estimators/index.js";
import { testBackends } from "../backends.js";

const x = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
const parabola = x.map(([v = 0]) => v * v);
const both = x.map(([v = 0]) => [v * v, Math.sin(2 * v)]);

beforeAll(async () => await testBackends[0]?.use());
afterEach(() => vi.restoreAllMocks());

describe("mlpRegressor", () => {
  it.each(["adam", "sgd", "lbfgs"] as const)("learns a parabola with %s", async (solver) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const regressor = mlpRegressor({
      solver,
      hiddenLayerSizes: [20],
      randomState: 3,
      learningRateInit: 0.02,
      maxIter: 400,
      tol: 1e-6,
    });
    expect(await regressor.fit(x, parabola)).toBe(regressor);
    expect(await regressor.score(x, parabola)).toBeGreaterThan(0.95);
    const [value] = (await regressor.predict([[0.5]])) as number[];
    expect(Math.abs((value as number) - 0.25)).toBeLessThan(0.1);
    expect(regressor).toMatchObject({ nOutputs: 1, outActivation: "identity" });
    expect(regressor.lossCurve.at(-1)).toBe(regressor.loss);
  });

  it("learns several numbers a row", async () => {
    const regressor = mlpRegressor({
      solver: "lbfgs",
      hiddenLayerSizes: [20],
      activation: "tanh",
      randomState: 3,
      maxIter: 300,
    });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await regressor.fit(x, both);
    const predicted = (await regressor.predict(x)) as number[][];
    expect(predicted.map((row) => row.length)).toEqual(x.map(() => 2));
    expect(await regressor.score(x, both)).toBeGreaterThan(0.99);
  });

  it("stops early by R2", async () => {
    const regressor = mlpRegressor({
      hiddenLayerSizes: [20],
      randomState: 3,
      learningRateInit: 0.05,
      maxIter: 2000,
      earlyStopping: true,
    });
    await regressor.fit(x, parabola);
    expect(regressor.converged).toBe(true);
    expect(regressor.bestValidationScore).toBeGreaterThan(0.9);
  });

  it("learns batch by batch", async () => {
    const regressor = mlpRegressor({ hiddenLayerSizes: [20], randomState: 3, learningRateInit: 0.02 });
    for (let i = 0; i < 100; i++) await regressor.partialFit(x, parabola);
    expect(await regressor.score(x, parabola)).toBeGreaterThan(0.9);
    expect(regressor.nIter).toBe(1);
    await expect(regressor.partialFit(x, both)).rejects.toThrow(
      "estimators.mlpRegressor, partialFit, y: expected 1 number a row, received [40, 2].",
    );
  });

  it("learns counts with the Poisson deviance", async () => {
    const counts = x.map(([v = 0]) => Math.round(8 * v * v));
    const regressor = mlpRegressor({
      loss: "poisson",
      solver: "lbfgs",
      hiddenLayerSizes: [20],
      randomState: 3,
      maxIter: 500,
    });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await regressor.fit(x, counts);
    expect(regressor.outActivation).toBe("exp");
    expect(await regressor.score(x, counts)).toBeGreaterThan(0.95);
    expect(((await regressor.predict(x)) as number[]).every((value) => value > 0)).toBe(true);
    const where = "estimators.mlpRegressor, fit";
    await expect(regressor.fit(x.slice(0, 2), [1, -1])).rejects.toThrow(
      `${where}, y: loss "poisson" needs numbers of at least 0, received -1 in row 1, column 0.`,
    );
    regressor.setParams({ loss: "squaredError", warmStart: true });
    await expect(regressor.fit(x, counts)).rejects.toThrow(
      `${where}: a network that goes on must keep its loss: expected out activation exp, received identity.`,
    );
    expect(() => mlpRegressor({ loss: "poison" as "poisson" })).toThrow(
      'estimators.mlpRegressor, loss: expected a known name, received "poison". Did you mean "poisson"? Known names: squaredError, poisson.',
    );
  });

  it("refuses what are no numbers", async () => {
    const regressor = mlpRegressor();
    const where = "estimators.mlpRegressor, fit";
    await expect(regressor.fit(x, [["a"]] as never)).rejects.toThrow(
      `${where}, y: expected a number in row 0, column 0, received "a".`,
    );
    await expect(regressor.fit(x, [1, 2])).rejects.toThrow(
      `${where}: x and y must have the same number of rows: expected 40, received 2 in y.`,
    );
    await expect(regressor.fit([[1], [2]], [1, Number.NaN])).rejects.toThrow(
      `${where}, y: expected finite numbers, received NaN in row 1, column 0. Replace or remove missing values before training.`,
    );
    await expect(regressor.fit([[1]], [[[1]]])).rejects.toThrow(
      `${where}, y: expected shape [rows] or [rows, outputs], received [1, 1, 1].`,
    );
    await expect(regressor.predict([[1]])).rejects.toThrow(
      "estimators.mlpRegressor, predict: expected a fitted estimator, received one that was not fitted. Call fit first.",
    );
  });

  it("says where a loss became NaN", async () => {
    const regressor = mlpRegressor({ solver: "sgd", learningRateInit: 1e6, randomState: 1 });
    await expect(regressor.fit(x, parabola)).rejects.toThrow(/^model "mlpRegressor", fit: expected a finite loss/);
  });

  it("frees its network", async () => {
    const regressor = mlpRegressor({ solver: "lbfgs", maxIter: 2, randomState: 1 });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await regressor.fit(x, parabola);
    regressor.dispose();
    expect(() => regressor.loss).toThrow("expected a fitted estimator");
  });
});
