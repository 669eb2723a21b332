// Fisher's iris: as accurate as scikit-learn with the same folds and options. `npm run validate` does more of this.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { type MlpOptions, mlpClassifier } from "../../src/estimators/index.js";
import { testBackends } from "../backends.js";
import { readFixture } from "../fixtures/fixture.js";

interface Iris {
  readonly x: readonly number[];
  readonly species: readonly string[];
  readonly folds: readonly (readonly number[])[];
  readonly seeds: readonly number[];
  readonly cases: readonly { readonly options: MlpOptions; readonly accuracy: number }[];
}

const { x, species, folds, seeds, cases } = readFixture<Iris>("iris.json");
const rows = species.map((_, row) => x.slice(4 * row, 4 * row + 4));

describe("mlpClassifier on iris", () => {
  // The fastest backend of the machine: fits are short, but there are many.
  beforeAll(async () => await testBackends.at(-1)?.use());

  it.each(cases)("is as accurate as scikit-learn with $options", async ({ options, accuracy }) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    let sum = 0;
    for (const randomState of seeds) {
      for (const test of folds) {
        const kept = new Set(test);
        const train = rows.flatMap((_, row) => (kept.has(row) ? [] : [row]));
        const classifier = mlpClassifier({ ...options, randomState });
        const part = <T>(list: readonly T[], numbers: readonly number[]) => numbers.map((row) => list[row] as T);
        await classifier.fit(part(rows, train), part(species, train));
        sum += await classifier.score(part(rows, test), part(species, test));
        classifier.dispose();
      }
    }
    expect(Math.abs(sum / (seeds.length * folds.length) - accuracy)).toBeLessThan(0.015);
  });
});
