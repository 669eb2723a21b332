import { describe, expect, it } from "vitest";
import { AbortError, pruners, samplers, type Trial, tune } from "../../src/index.js";

describe("tune", () => {
  it("finds the minimum, and tells everything about its trials", async () => {
    const study = await tune(
      (trial) => {
        for (let step = 0; step < 3; step++) trial.report(3 - step);
        return (trial.float("x", -5, 5) - 2) ** 2 + trial.int("n", 1, 3);
      },
      { trials: 30, seed: 1 },
    );
    expect(study.best.value).toBeLessThan(1.2);
    expect(study.best.params.n).toBe(1);
    expect(study.trials.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    const [first] = study.trials;
    expect(first?.intermediateValues).toEqual([0, 1, 2].map((step) => ({ step, value: 3 - step })));
    expect(first).toMatchObject({ state: "complete", reason: null });
    expect(study.trials[study.best.number]?.params).toEqual(study.best.params);
    expect(JSON.parse(JSON.stringify(study))).toMatchObject({ name: "study", direction: "minimize" });
  });

  it("fails trials with their reasons, and goes on", async () => {
    const outcomes: (() => unknown)[] = [
      () => {
        throw new Error("no luck");
      },
      () => {
        throw new RangeError("too large");
      },
      () => Number.NaN,
      () => undefined,
      () => "1",
      async () => await Promise.reject("later"),
      () => Number.POSITIVE_INFINITY,
      () => 5,
    ];
    const study = await tune((trial) => outcomes[trial.number]?.() as number, { trials: outcomes.length });
    expect(study.trials.map(({ state, reason }) => reason ?? state)).toEqual([
      "no luck",
      "RangeError: too large",
      "objective: expected a number, received NaN.",
      "objective: expected a number, received undefined.",
      'objective: expected a number, received "1".',
      "later",
      "complete",
      "complete",
    ]);
    expect(study.best).toMatchObject({ number: 7, value: 5 });
  });

  it("says why there is no best trial", async () => {
    const study = await tune(() => Number.NaN, { trials: 2 });
    expect(() => study.best).toThrow(
      'study "study": expected a complete trial, received 2 trials, none of them complete. Trial 0 failed: objective: expected a number, received NaN.',
    );
  });

  it("prunes, and keeps the last report as the value", async () => {
    const study = await tune(
      (trial) => {
        const bad = trial.number >= 5;
        for (let step = 0; step < 10; step++) {
          trial.report(bad ? 100 - step : 1, step);
          if (trial.shouldPrune()) throw trial.pruned();
        }
        return 1;
      },
      { trials: 8, pruner: "median" },
    );
    expect(study.trials.map(({ state }) => state)).toEqual([...Array(5).fill("complete"), ...Array(3).fill("pruned")]);
    expect(study.trials[5]).toMatchObject({ value: 100, intermediateValues: [{ step: 0, value: 100 }] });
  });

  it("runs trials at the same time, and no more than told", async () => {
    let [running, most] = [0, 0];
    const threads = new Set<number>();
    const study = await tune(
      async (trial) => {
        most = Math.max(most, ++running);
        threads.add(trial.threads);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return trial.float("x", 0, 1);
      },
      { trials: 20, parallel: 3 },
    );
    expect(most).toBe(3);
    expect(study.trials).toHaveLength(20);
    expect([...threads].every((count) => count >= 1)).toBe(true);
  });

  it("tries given parameters first", async () => {
    const first = [{ x: 0.25, kind: "b" }, { x: 0.75 }];
    const study = await tune(
      (trial) => trial.float("x", 0, 1) + (trial.categorical("kind", ["a", "b"]) === "a" ? 1 : 0),
      {
        ...{ first, trials: 4 },
      },
    );
    expect(study.trials[0]?.params).toEqual({ x: 0.25, kind: "b" });
    expect(study.trials[1]?.params.x).toBe(0.75);
    const wrong = tune((trial) => trial.float("x", 0, 1), { first: [{ x: 2 }], trials: 1 });
    await expect(wrong).rejects.toThrow('tune: first: expected a value of float in [0, 1] for "x", received 2.');
  });

  it("stops by a signal, even when the objective does not heed it", async () => {
    const controller = new AbortController();
    const seen: (AbortSignal | undefined)[] = [];
    const search = tune(
      (trial) => {
        seen.push(trial.signal);
        if (trial.number === 2) controller.abort();
        return trial.number < 2 ? 1 : new Promise<number>(() => {});
      },
      { signal: controller.signal, trials: 10 },
    );
    await expect(search).rejects.toThrow(AbortError);
    await expect(search).rejects.toThrow("tune: stopped because its signal was aborted; 3 trials were begun.");
    expect(seen[2]?.aborted).toBe(true);
  });

  it("begins no trial after the timeout", async () => {
    const study = await tune(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return 1;
      },
      { timeout: 0.02, trials: 1000 },
    );
    expect(study.trials).toHaveLength(1);
    expect(study.trials[0]?.state).toBe("complete");
  });

  it("tells of each trial", async () => {
    const seen: string[] = [];
    await tune((trial) => trial.number, {
      trials: 3,
      onTrial: async (trial, study) => {
        seen.push(`${trial.number} ${trial.state} ${study.best.value}`);
      },
    });
    expect(seen).toEqual(["0 complete 0", "1 complete 0", "2 complete 0"]);
  });

  it("takes any name for a parameter", async () => {
    const seen: string[][] = [];
    const study = await tune(
      (trial) => {
        const sum = trial.float("__proto__", 0, 1) + trial.float("constructor", 0, 1);
        seen.push(Object.keys(trial.params));
        return sum;
      },
      { trials: 1 },
    );
    expect(seen).toEqual([["__proto__", "constructor"]]);
    expect(Object.keys(study.best.params)).toEqual(["__proto__", "constructor"]);
  });

  it("gives the same parameter twice, and refuses another by its name", async () => {
    const study = await tune((trial) => trial.float("x", 0, 1) - trial.float("x", 0, 1), { trials: 3 });
    expect(study.trials.every(({ value }) => value === 0)).toBe(true);
    const twice = tune((trial) => trial.float("x", 0, 1) + trial.float("x", 0, 2), { trials: 3 });
    await expect(twice).rejects.toThrow(
      'trial.float("x"): expected float in [0, 1], as in trial 0, received float in [0, 2]. Take another name for another parameter, or another study.',
    );
  });

  it.each([
    [
      (trial: Trial) => trial.float("x", -1e308, 1e308),
      'trial.float("x"): high - low must be a finite number, received [-1e+308, 1e+308].',
    ],
    [(trial: Trial) => trial.float("x", 2, 1), 'trial.float("x"): high must be at least low, 2, received 1.'],
    [
      (trial: Trial) => trial.categorical("c", []),
      'trial.categorical("c"): choices must not be empty, received an array of 0.',
    ],
    [
      (trial: Trial) => trial.int("", 1, 2),
      'trial: the name of a parameter must be a string with a character, received "".',
    ],
    [
      (trial: Trial) => (trial.number === 0 ? trial.int("n", 1, 2) : trial.float("n", 1, 2)),
      'trial.float("n"): expected int in [1, 2], as in trial 0, received float in [1, 2]. Take another name for another parameter, or another study.',
    ],
  ])("ends with a mistake in the space %#", async (objective, message) => {
    await expect(tune(objective as (trial: Trial) => number, { trials: 5 })).rejects.toThrow(message);
  });

  it("fails a trial that reports nonsense", async () => {
    const study = await tune(
      (trial) => {
        if (trial.number === 0) trial.report("1" as never);
        if (trial.number === 1) trial.report(1, -1);
        trial.report(Number.NaN, 4);
        trial.report(7, 4);
        return 1;
      },
      { trials: 3 },
    );
    expect(study.trials.map(({ reason }) => reason)).toEqual([
      'TypeError: trial 0: report takes a number, received "1".',
      "RangeError: trial 1: step must be an integer of at least 0, received -1.",
      null,
    ]);
    // The first value of a step stays.
    expect(study.trials[2]?.intermediateValues).toEqual([{ step: 4, value: Number.NaN }]);
  });

  it("lets nothing be changed by an objective that was left behind", async () => {
    let kept: Trial | undefined;
    const study = await tune(
      (trial) => {
        kept ??= trial;
        return 1;
      },
      { trials: 1 },
    );
    expect(() => kept?.report(1)).toThrow("trial 0: expected a trial that runs, received a complete one.");
    expect(study.trials[0]?.intermediateValues).toEqual([]);
  });

  it.each([
    [
      { sampler: "tpee" },
      'tune: sampler: expected a known name, received "tpee". Did you mean "tpe"? Known names: grid, random, quasiRandom, tpe, gp.',
    ],
    [
      { pruner: "asha" },
      'tune: pruner: expected a known name, received "asha". Known names: none, median, successiveHalving, hyperband.',
    ],
    [{ trials: 0 }, "tune: trials must be a positive integer, received 0."],
    [{ parallel: 1.5 }, "tune: parallel must be a positive integer, received 1.5."],
    [{ direction: "up" }, 'tune: direction: expected a known name, received "up". Known names: minimize, maximize.'],
    [{ timeout: -1 }, "tune: timeout must be a finite number of at least 0, received -1."],
    [
      { storage: 3 },
      'tune: storage must be the name of a file or an address, received 3. Give a file such as "study.db", or "postgresql://...".',
    ],
    [{ first: {} }, "tune: first must be a list of parameters, received an object."],
    [{ name: "" }, 'tune: name must be a string, received "".'],
    [
      { sampler: 1 },
      'tune: sampler must be a name or a sampler, received 1. Give a name such as "tpe", or samplers.tpe().',
    ],
    [{ trails: 1 }, 'tune: expected a known option, received "trails". Did you mean "trials"?'],
  ])("refuses mistakes in its options: %o", async (options, message) => {
    await expect(tune(() => 1, options as never)).rejects.toThrow(message);
  });

  it("refuses an objective that is none, and values of a sampler outside the space", async () => {
    await expect(tune(3 as never)).rejects.toThrow(
      "tune: objective must be a function, or a module's URL or file, received 3.",
    );
    const wild = { ...samplers.random(), name: "wild", suggest: () => 9 };
    await expect(tune((trial) => trial.float("x", 0, 1), { sampler: wild })).rejects.toThrow(
      'sampler "wild": expected a value of float in [0, 1], received 9.',
    );
  });

  it("spends a quarter of the training for the same result, with successive halving", async () => {
    // Learning curves that cross early and are ordered late, as those of networks.
    const epochs = 81;
    let spent = 0;
    const objective = (trial: Trial) => {
      const x = trial.float("x", 0, 1);
      const final = (x - 0.3) ** 2;
      for (let epoch = 1; epoch <= epochs; epoch++) {
        spent++;
        trial.report(final + (1 + 0.3 * Math.sin(50 * x)) / epoch, epoch);
        if (trial.shouldPrune()) throw trial.pruned();
      }
      return final;
    };
    const full = await tune(objective, { sampler: "random", trials: 60, seed: 5 });
    const all = spent;
    spent = 0;
    const pruner = pruners.successiveHalving({ minResource: 1, reductionFactor: 3 });
    const short = await tune(objective, { sampler: "random", pruner, trials: 60, seed: 5 });
    expect(spent / all).toBeLessThan(0.25);
    expect(short.best.value - full.best.value).toBeLessThan(0.01);
  });
});
