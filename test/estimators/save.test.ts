// Estimators that are saved and loaded go on as if nothing had been.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { FormatError } from "../../src/errors.js";
import { type MlpClassifier, type MlpRegressor, mlpClassifier, mlpRegressor } from "../../src/estimators/index.js";
import { loadEstimator } from "../../src/estimators/load.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import { RandomStream } from "../../src/random/philox.js";
import { loadModel } from "../../src/saving/load.js";
import { testBackends } from "../backends.js";
import { classification, xorNetwork } from "../models/networks.js";

const { x, y } = classification(60);
const labels = Array.from(y, (kind) => ["low", "middle", "high"][kind] as string);
const options = { hiddenLayerSizes: [6, 4], activation: "tanh", randomState: 1, maxIter: 8, batchSize: 16 } as const;

type Estimator = MlpClassifier | MlpRegressor;

/** Everything that users can see of a fitted estimator. */
function visible(estimator: Estimator): unknown {
  const { loss, lossCurve, bestLoss, validationScores, bestValidationScore, nIter, converged, coefs } = estimator;
  const { nLayers, nOutputs, nFeaturesIn, outActivation, intercepts } = estimator;
  const attributes = { loss, lossCurve, bestLoss, validationScores, bestValidationScore, nIter, converged, coefs };
  return { ...attributes, nLayers, nOutputs, nFeaturesIn, outActivation, intercepts, params: estimator.getParams() };
}

async function changed(estimator: Estimator, change: (text: string) => string): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await estimator.save(), "file");
  const map = new Map(metadata).set("estimator", change(metadata.get("estimator") as string));
  return writeSafetensors(
    [...tensors].map(([name, stored]) => ({ name, ...stored })),
    map,
  );
}

beforeAll(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  await testBackends[0]?.use();
});

describe.each(testBackends)("$label", (backend) => {
  beforeAll(() => backend.use());

  it.each([
    ["adam", { solver: "adam" }],
    ["sgd, adaptive", { solver: "sgd", learningRate: "adaptive", tol: 1, nIterNoChange: 1 }],
    ["sgd, invscaling", { solver: "sgd", learningRate: "invscaling" }],
  ] as const)("partialFit goes on bit for bit: %s", async (_, more) => {
    const clf = mlpClassifier({ ...options, ...more });
    await clf.partialFit(x, labels, { classes: ["low", "middle", "high"] });
    await clf.partialFit(x, labels);
    const loaded = (await loadEstimator(await clf.save())) as MlpClassifier;
    expect(visible(loaded)).toEqual(visible(clf));
    expect(loaded.classes).toEqual(["high", "low", "middle"]);
    for (const each of [clf, loaded]) await each.partialFit(x, labels);
    expect(visible(loaded)).toEqual(visible(clf));
    expect(await loaded.predictProba(x)).toEqual(await clf.predictProba(x));
  });

  it.each([
    ["early stopping", { earlyStopping: true, nIterNoChange: Number.POSITIVE_INFINITY }],
    ["lbfgs", { solver: "lbfgs" }],
  ] as const)("a warm start goes on bit for bit: %s", async (_, more) => {
    const clf = mlpClassifier({ ...options, warmStart: true, ...more });
    await clf.fit(x, labels);
    const loaded = (await loadEstimator(await clf.save())) as MlpClassifier;
    expect(visible(loaded)).toEqual(visible(clf));
    for (const each of [clf, loaded]) await each.fit(x, labels);
    expect(visible(loaded)).toEqual(visible(clf));
  });

  it.each([
    ["several outputs", { loss: "squaredError" }],
    ["poisson", { loss: "poisson", learningRateInit: 0.01 }],
  ] as const)("a regressor: %s", async (_, more) => {
    const regressor = mlpRegressor({ ...options, ...more });
    const targets = Array.from(y, (kind) => [kind, 2 * kind]);
    await regressor.partialFit(x, targets);
    // What is changed later does not concern a training that goes on.
    regressor.setParams({ alpha: 0.5 });
    const loaded = (await loadEstimator(await regressor.save())) as MlpRegressor;
    for (const each of [regressor, loaded]) await each.partialFit(x, targets);
    expect(visible(loaded)).toEqual(visible(regressor));
    expect(await loaded.predict(x)).toEqual(await regressor.predict(x));
  });
});

describe("loadEstimator", () => {
  it.each([
    ["booleans", Array.from(y, (kind) => kind > 0)],
    ["several labels a row", Array.from(y, (kind) => [kind === 0, kind === 1])],
    ["numbers", Array.from(y, (kind) => 10 * kind)],
  ] as const)("keeps the classes: %s", async (_, given) => {
    const clf = await mlpClassifier(options).fit(x, given as boolean[]);
    const loaded = (await loadEstimator(await clf.save())) as MlpClassifier;
    expect(loaded.classes).toEqual(clf.classes);
    expect(await loaded.predict(x)).toEqual(await clf.predict(x));
  });

  it("leaves the network to loadModel, not compiled", async () => {
    const clf = await mlpClassifier(options).fit(x, labels);
    const net = await loadModel(await clf.save());
    expect(net.optimizer).toBeNull();
    expect(await net.predict(x)).toEqual(await clf.model.predict(x));
  });

  it("refuses what is no estimator, and save before fit", async () => {
    await expect(loadEstimator(await xorNetwork(1).save())).rejects.toThrow(
      new FormatError(
        "loadEstimator: expected a file of an estimator, received another one. Use loadModel for what model.save wrote.",
      ),
    );
    await expect(mlpClassifier().save()).rejects.toThrow(
      "estimators.mlpClassifier, save: expected a fitted estimator, received one that was not fitted. Call fit first.",
    );
  });

  it("refuses a network that does not fit its description", async () => {
    const clf = await mlpClassifier(options).fit(x, labels);
    const sizes = await changed(clf, (text) => text.replace('"sizes":[5,6,4,3]', '"sizes":[5,6,3,3]'));
    await expect(loadEstimator(sizes)).rejects.toThrow(
      new FormatError(
        "loadEstimator, network: expected the layers dense 5 x 6 tanh, dense 6 x 3 tanh, dense 3 x 3 linear, " +
          "received dense 5 x 6 tanh, dense 6 x 4 tanh, dense 4 x 3 linear.",
      ),
    );
    const classes = await changed(clf, (text) => text.replace('["high","low"', '["low","high"'));
    await expect(loadEstimator(classes)).rejects.toThrow(
      new FormatError('loadEstimator, classes: expected sorted classes, received ["low","high","middle"].'),
    );
    const alpha = await changed(clf, (text) => text.replace('"alpha":0.0001', '"alpha":-1'));
    await expect(loadEstimator(alpha)).rejects.toThrow(FormatError);
  });

  it("gives an estimator or a FormatError for 2,000 random changes", async () => {
    const clf = await mlpClassifier({ ...options, earlyStopping: true }).fit(x, labels);
    const seed = 3;
    const random = new RandomStream([seed, 0]);
    const pieces = ['"', "0", "-1", "1e999", "null", "[]", "{}", "[", "}", "relu", "__proto__", "3.5", "true"];
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = await changed(clf, (text) => {
        const at = random.integer(text.length);
        return text.slice(0, at) + pieces[random.integer(pieces.length)] + text.slice(at + random.integer(4));
      });
      try {
        (await loadEstimator(bytes)).dispose();
      } catch (error) {
        if (!(error instanceof FormatError)) throw new Error(`seed ${seed}, change ${i}`, { cause: error });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  }, 60_000);
});
