import { describe, expect, it } from "vitest";
import { samplers, tune } from "../../../src/index.js";
import type { Trial } from "../../../src/tune/index.js";

const bowl = (trial: Trial) =>
  (trial.float("x", -5, 5) - 2) ** 2 +
  Math.abs(trial.int("n", 1, 64, { log: true }) - 8) / 8 +
  (trial.categorical("kind", ["a", "b", "c"]) === "b" ? 0 : 1);

async function values(sampler: Parameters<typeof tune>[1], seed = 0): Promise<number[]> {
  const study = await tune(bowl, { trials: 40, seed, ...sampler });
  return study.trials.map(({ value }) => value as number);
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
}

describe("samplers", () => {
  it.each(["random", "quasiRandom", "tpe", "gp", "grid"] as const)("%s: one seed, one search", async (sampler) => {
    expect(await values({ sampler })).toEqual(await values({ sampler }));
    if (sampler !== "grid") expect(await values({ sampler })).not.toEqual(await values({ sampler }, 1));
  });

  it.each(["tpe", "gp"] as const)("%s learns: the last trials are far better than random ones", async (sampler) => {
    const [random, learnt] = [await values({ sampler: "random" }), await values({ sampler })];
    expect(median(learnt.slice(20))).toBeLessThan(0.5 * median(random.slice(20)));
  });

  it.each(["tpe", "gp"] as const)("%s maximizes as well as it minimizes", async (sampler) => {
    const options = { sampler, trials: 40, seed: 3, direction: "maximize" } as const;
    const study = await tune((trial) => -bowl(trial), options);
    const mirror = await tune(bowl, { ...options, direction: "minimize" });
    expect(study.trials.map(({ value }) => -(value as number))).toEqual(mirror.trials.map(({ value }) => value));
  });

  it.each(["tpe", "gp"] as const)("%s chooses parameters under conditions", async (sampler) => {
    const study = await tune(
      (trial) => {
        if (trial.categorical("kind", ["near", "far"]) === "far") return 2 + trial.float("far", 0, 1);
        return Math.abs(trial.float("near", 0, 10) - 3);
      },
      { sampler, trials: 50, seed: 1 },
    );
    expect(study.best.params.kind).toBe("near");
    expect(study.best.value).toBeLessThan(0.3);
  });

  it.each(["tpe", "gp"] as const)("%s lives with infinite, failed and single values", async (sampler) => {
    const study = await tune(
      (trial) => {
        const x = trial.float("x", 0, 1);
        trial.categorical("only", ["one"]);
        if (x > 0.8) throw new Error("too far");
        return x > 0.6 ? Number.POSITIVE_INFINITY : trial.int("n", 3, 3) - x;
      },
      { sampler, trials: 30, seed: 2 },
    );
    expect(study.best.value).toBeLessThan(2.6);
    expect(study.trials).toHaveLength(30);
  });

  it("quasiRandom fills each axis evenly", async () => {
    const study = await tune((trial) => trial.float("x", 0, 1) + trial.float("y", 0, 1), {
      sampler: "quasiRandom",
      trials: 27,
    });
    const parts = study.trials.map(({ params }) => Math.floor((params.y as number) * 27));
    expect(new Set(parts).size).toBe(27);
  });

  it("grid tries every combination once, conditions included, and ends", async () => {
    const seen: string[] = [];
    const study = await tune(
      (trial) => {
        const kind = trial.categorical("kind", ["sgd", "adam"]);
        const rest = kind === "sgd" ? trial.int("momentum", 0, 2) : trial.categorical("amsgrad", [false, true]);
        seen.push(`${kind} ${rest}`);
        return 0;
      },
      { sampler: "grid" },
    );
    expect(seen).toEqual(["sgd 0", "sgd 1", "sgd 2", "adam false", "adam true"]);
    expect(study.trials).toHaveLength(5);
  });

  it("grid goes on in parallel until all is tried", async () => {
    const seen = new Set<string>();
    await tune(
      async (trial) => {
        const a = trial.int("a", 0, 2);
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.add(`${a} ${trial.int("b", 0, 2)}`);
        return 0;
      },
      { sampler: "grid", parallel: 4, trials: 100 },
    );
    expect(seen.size).toBe(9);
  });

  it("grid takes given values, and some of any numbers", async () => {
    const sampler = samplers.grid({ values: { n: [1, 10] }, points: 3 });
    const study = await tune((trial) => trial.int("n", 1, 10) * trial.float("x", 1e-4, 1, { log: true }), { sampler });
    const close = (a: unknown, b: number) => expect(a).toBeCloseTo(b, 10);
    expect(study.trials.map(({ params }) => params.n)).toEqual([1, 1, 1, 10, 10, 10]);
    for (const [i, x] of [1e-4, 1e-2, 1].entries()) close(study.trials[i]?.params.x, x);
  });

  it("tpe takes its candidates from the good trials", async () => {
    const sampler = samplers.tpe({
      startupTrials: 5,
      candidates: 100,
      gamma: () => 2,
      priorWeight: 0.01,
      multivariate: false,
    });
    const study = await tune((trial) => trial.float("x", 0, 1), { sampler, trials: 30, seed: 4 });
    expect(study.best.value).toBeLessThan(0.02);
  });

  it.each([
    [() => samplers.tpe({ startupTrials: 0 }), "samplers.tpe: startupTrials must be a positive integer, received 0."],
    [() => samplers.tpe({ candidates: 0 }), "samplers.tpe: candidates must be a positive integer, received 0."],
    [
      () => samplers.gp({ startupTrials: 1 }),
      "samplers.gp: startupTrials must be an integer of at least 2, received 1.",
    ],
    [() => samplers.grid({ points: 1 }), "samplers.grid: points must be an integer of at least 2, received 1."],
    [
      () => samplers.grid({ values: { a: [] } }),
      'samplers.grid: values of "a" must be a list with at least one value, received an array of 0.',
    ],
    [
      () => samplers.gp({ kernel: 1 } as never),
      'samplers.gp: expected a known option, received "kernel". Options: startupTrials.',
    ],
  ])("refuse mistakes %#", (make, message) => {
    expect(make).toThrow(message);
  });

  it("grid refuses values outside the range, and too many", async () => {
    const outside = tune((trial) => trial.int("n", 1, 3), { sampler: samplers.grid({ values: { n: [4] } }) });
    await expect(outside).rejects.toThrow('samplers.grid: values of "n" must be in its range, received 4.');
    const many = tune((trial) => trial.int("n", 1, 5000), { sampler: "grid" });
    await expect(many).rejects.toThrow(
      'samplers.grid: expected at most 1000 values of "n", received 5000. Give steps, or values: samplers.grid({ values: { n: [...] } }).',
    );
  });
});
