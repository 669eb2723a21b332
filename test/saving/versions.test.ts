// Files that earlier versions of the package wrote keep loading, predict what they predicted, and go on with their training.

import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { MlpClassifier } from "../../src/estimators/index.js";
import { loadEstimator } from "../../src/estimators/load.js";
import { loadModel } from "../../src/saving/load.js";
import { formatVersion } from "../../src/saving/save.js";
import { testBackends } from "../backends.js";
import { expectClose } from "../fixtures/fixture.js";

const tolerance = { relative: 1e-4, absolute: 1e-5 };

function bytes(version: number, file: string): Buffer<ArrayBuffer> {
  return readFileSync(new URL(`../fixtures/version-${version}/${file}`, import.meta.url));
}

function expectation(version: number, name: string) {
  return JSON.parse(bytes(version, `${name}.json`).toString());
}

/** All numbers in a value, one behind the other. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const versions = Array.from({ length: formatVersion }, (_, i) => i + 1);

test("every version has its files", () => {
  for (const version of versions) {
    const files = readdirSync(new URL(`../fixtures/version-${version}`, import.meta.url));
    expect(files.filter((name) => name.endsWith(".safetensors"))).toEqual([
      "chain.safetensors",
      "classifier.safetensors",
      "functional.safetensors",
      "nested.safetensors",
    ]);
  }
});

describe.each(testBackends)("$label", (backend) => {
  beforeAll(() => backend.use());

  describe.each(versions)("version %i", (version) => {
    test.each(["chain", "functional", "nested"])("%s", async (name) => {
      const net = await loadModel(bytes(version, `${name}.safetensors`));
      const { x, y, outputs, loss } = expectation(version, name);
      expectClose(numbersIn(await net.predict(x)), numbersIn(outputs), tolerance);
      const { history, epoch } = await net.fit(x, y, { batchSize: 4, epochs: 3, initialEpoch: 2, verbose: 0 });
      expect(epoch).toEqual([2]);
      expectClose(history.loss ?? [], loss, tolerance);
    });

    test("classifier", async () => {
      const clf = (await loadEstimator(bytes(version, "classifier.safetensors"))) as MlpClassifier;
      const { x, labels, proba, loss } = expectation(version, "classifier");
      expectClose((await clf.predictProba(x)).flat(), proba.flat(), tolerance);
      await clf.partialFit(x, labels);
      expectClose([clf.loss], [loss], tolerance);
    });
  });
});
