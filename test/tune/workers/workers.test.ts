// Objectives in threads, by the built package: the threads load a file of it.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type * as Package from "../../../src/node.js";

const entries = {
  esm: new URL("../../../dist/esm/node.js", import.meta.url),
  cjs: new URL("../../../dist/cjs/node.js", import.meta.url),
};

async function load(entry: URL): Promise<typeof Package> {
  const loaded = await import(entry.href);
  return loaded.tune === undefined ? loaded.default : loaded;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe.each(Object.entries(entries))("workers of the package as %s", (_, entry) => {
  it("run trials; what happens to one of them does not reach the others", async () => {
    const { tune, pruners } = await load(entry);
    const pruner = pruners.threshold({ upper: 10 });
    const study = await tune(file("objective.mjs"), { trials: 12, parallel: 2, pruner, seed: 1 });
    const outcomes = study.trials.map(({ state, reason }) => reason ?? state);
    expect(outcomes).toEqual([
      ...["complete", "complete", "its worker ended with code 7", "RangeError: too large", "pruned"],
      "objective: expected a number, received undefined.",
      'TypeError: trial 6: report takes a number, received "text".',
      ...Array(5).fill("complete"),
    ]);
    expect(study.trials[2]?.params).toHaveProperty("x");
    expect(study.trials[4]).toMatchObject({ value: 100, intermediateValues: [{ step: 0, value: 100 }] });
  });

  it("end with a mistake in the space, and with a module that is no objective", async () => {
    const { tune } = await load(entry);
    const options = { trials: 4, parallel: 2 };
    await expect(tune(new URL("mistake.mjs", import.meta.url), options)).rejects.toThrow(
      'trial.float("x"): high must be at least low, 2, received 1.',
    );
    await expect(tune(file("none.mjs"), options)).rejects.toThrow(
      `tune: expected a module whose default export (or objective) is a function in ${new URL("none.mjs", import.meta.url)}, received the exports value.`,
    );
    await expect(tune(file("missing.mjs"), options)).rejects.toThrow(
      /^tune: expected a module .*missing\.mjs, received Cannot find module/,
    );
  });

  it("take a default export, and CommonJS", async () => {
    const { tune } = await load(entry);
    const study = await tune(new URL("data:text/javascript,export default (trial) => trial.float('x', 0, 1)"), {
      trials: 2,
    });
    expect(study.best.value).toBeLessThan(1);
    expect((await tune(file("objective.cjs"), { trials: 1 })).best.value).toBe(5);
  });

  it("are stopped in the middle of a training", async () => {
    const { tune, AbortError } = await load(entry);
    const controller = new AbortController();
    const search = tune(file("training.mjs"), { trials: 4, parallel: 2, signal: controller.signal });
    setTimeout(() => controller.abort(), 500);
    await expect(search).rejects.toThrow(AbortError);
  });
});

it("threads of a trial are the cores divided by the trials", async () => {
  const { tune } = await load(entries.esm);
  const threads: number[] = [];
  await tune((trial) => threads.push(trial.threads), { trials: 2, parallel: 2 });
  expect(threads[0]).toBe(Math.max(1, Math.floor(availableParallelism() / 2)));
});
