import { describe, expect, it } from "vitest";
import { pruners } from "../../../src/index.js";
import type { Direction } from "../../../src/tune/index.js";
import type { Pruner } from "../../../src/tune/pruners/pruner.js";
import { type Given, recordsOf } from "../records.js";

/** Whether the last of the trials, which runs, is pruned. */
function prunes(
  pruner: Pruner,
  others: readonly Given[],
  reports: Given["reports"],
  direction: Direction = "minimize",
) {
  const trials = recordsOf(...others, { state: "running", ...(reports !== undefined && { reports }) });
  const trial = trials.pop() as (typeof trials)[number];
  return pruner.shouldPrune({ trial, trials, direction });
}

const five: Given[] = [1, 2, 3, 4, 5].map((value) => ({
  value,
  reports: [
    [0, 10 * value],
    [1, value],
  ],
}));

describe("median and percentile", () => {
  it("compare the best report with the others at the step", () => {
    expect(prunes(pruners.median(), five, [[0, 31]])).toBe(true);
    expect(prunes(pruners.median(), five, [[0, 30]])).toBe(false);
    // The best so far, 2, counts.
    expect(
      prunes(pruners.median(), five, [
        [0, 2],
        [1, 9],
      ]),
    ).toBe(false);
    expect(prunes(pruners.median(), five, [[0, 29]], "maximize")).toBe(true);
    expect(prunes(pruners.percentile(25), five, [[1, 2.1]])).toBe(true);
    expect(prunes(pruners.percentile(25), five, [[1, 2]])).toBe(false);
    expect(prunes(pruners.percentile(25), five, [[1, 3.9]], "maximize")).toBe(true);
    expect(prunes(pruners.percentile(25), five, [[1, 4]], "maximize")).toBe(false);
  });

  it("wait for trials, steps and intervals", () => {
    expect(prunes(pruners.median(), five.slice(1), [[0, 100]])).toBe(false);
    expect(prunes(pruners.median({ startupTrials: 4 }), five.slice(1), [[0, 100]])).toBe(true);
    expect(prunes(pruners.median({ warmupSteps: 1 }), five, [[0, 100]])).toBe(false);
    expect(
      prunes(pruners.median({ warmupSteps: 1 }), five, [
        [0, 100],
        [1, 100],
      ]),
    ).toBe(true);
    expect(
      prunes(pruners.median({ intervalSteps: 2 }), five, [
        [0, 100],
        [1, 100],
      ]),
    ).toBe(false);
    expect(prunes(pruners.median({ minTrials: 6 }), five, [[0, 100]])).toBe(false);
    expect(prunes(pruners.median(), five, [[2, 100]])).toBe(false);
    expect(prunes(pruners.median(), five, [])).toBe(false);
  });

  it("end a trial that reports nothing but NaN", () => {
    expect(prunes(pruners.median(), five, [[0, Number.NaN]])).toBe(true);
    expect(
      prunes(pruners.median(), five, [
        [0, 1],
        [1, Number.NaN],
      ]),
    ).toBe(false);
  });
});

describe("successive halving", () => {
  const halving = pruners.successiveHalving({ minResource: 1, reductionFactor: 2 });
  const others: Given[] = [1, 2, 3].map((value) => ({
    state: "pruned",
    reports: [
      [0, 9],
      [1, value],
    ],
  }));

  it("lets the best half at a rung go on", () => {
    expect(prunes(halving, others, [[0, 99]])).toBe(false);
    expect(
      prunes(halving, others, [
        [0, 9],
        [1, 1.5],
      ]),
    ).toBe(false);
    expect(
      prunes(halving, others, [
        [0, 9],
        [1, 2.5],
      ]),
    ).toBe(true);
    expect(
      prunes(
        halving,
        others,
        [
          [0, 9],
          [1, 2.5],
        ],
        "maximize",
      ),
    ).toBe(false);
  });

  it("decides a rung once, by the report that reaches it", () => {
    // At step 3 no rung is reached; at step 2 the second one, where nobody else has come.
    expect(
      prunes(halving, others, [
        [1, 2.5],
        [2, 9],
        [3, 9],
      ]),
    ).toBe(false);
    expect(
      prunes(halving, others, [
        [1, 2.5],
        [2, 9],
      ]),
    ).toBe(false);
    // Reports that leave a rung out count for it.
    expect(prunes(halving, [{ reports: [[5, 1]] }], [[7, 2]])).toBe(true);
  });

  it("lets the best go on while there are few, and ends NaN", () => {
    expect(prunes(halving, [], [[1, 5]])).toBe(false);
    expect(prunes(halving, others.slice(0, 1), [[1, 5]])).toBe(true);
    expect(prunes(halving, [], [[1, Number.NaN]])).toBe(true);
  });

  it("takes a hundredth of the longest trial for the first rung", () => {
    const auto = pruners.successiveHalving();
    expect(prunes(auto, [{ state: "running", reports: [[300, 1]] }], [[3, 5]])).toBe(false);
    expect(
      prunes(
        auto,
        [
          {
            reports: [
              [300, 1],
              [2, 1],
            ],
          },
        ],
        [[2, 5]],
      ),
    ).toBe(false);
    expect(
      prunes(
        auto,
        [
          {
            reports: [
              [300, 1],
              [3, 1],
            ],
          },
        ],
        [[3, 5]],
      ),
    ).toBe(true);
  });

  it("leaves rungs out", () => {
    const late = pruners.successiveHalving({ minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 1 });
    expect(prunes(late, others, [[1, 2.5]])).toBe(false);
  });
});

describe("hyperband", () => {
  it("compares trials of a bracket, and prunes the more the earlier the bracket begins", () => {
    const hyperband = pruners.hyperband({ minResource: 1, maxResource: 9, reductionFactor: 3 });
    // Every trial is worse than all others, at each of the steps 1 ... 9.
    const steps = (value: number) => Array.from({ length: 9 }, (_, i) => [i + 1, value] as const);
    const crowd: Given[] = Array.from({ length: 300 }, () => ({ reports: steps(1) }));
    const ends = Array.from({ length: 200 }, (_, number) => {
      for (let last = 1; last <= 9; last++) {
        const others = recordsOf(...crowd).map((record) => ({ ...record, number: record.number + 1000 }));
        const [trial] = recordsOf({ state: "running", reports: steps(5).slice(0, last) });
        if (trial === undefined) throw new Error("no trial");
        if (hyperband.shouldPrune({ trial: { ...trial, number }, trials: others, direction: "minimize" })) return last;
      }
      return 0;
    });
    const share = (step: number) => ends.filter((end) => end === step).length / 200;
    // Brackets have the shares ceil(3 * 9 / 3), ceil(3 * 3 / 2), 3 of 17.
    expect(share(1)).toBeCloseTo(9 / 17, 1);
    expect(share(3)).toBeCloseTo(5 / 17, 1);
    expect(share(9)).toBeCloseTo(3 / 17, 1);
  });

  it("waits for a complete trial to know how long one is", () => {
    expect(prunes(pruners.hyperband(), [{ state: "running", reports: [[1, 1]] }], [[1, 100]])).toBe(false);
  });
});

describe("patient and threshold", () => {
  it("waits until nothing gets better", () => {
    const patient = pruners.patient(null, { patience: 1 });
    expect(
      prunes(
        patient,
        [],
        [
          [0, 1],
          [1, 2],
        ],
      ),
    ).toBe(false);
    expect(
      prunes(
        patient,
        [],
        [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
      ),
    ).toBe(true);
    expect(
      prunes(
        patient,
        [],
        [
          [0, 1],
          [1, 2],
          [2, 0.5],
        ],
      ),
    ).toBe(false);
    expect(
      prunes(
        patient,
        [],
        [
          [0, 1],
          [1, 2],
          [2, 0.5],
        ],
        "maximize",
      ),
    ).toBe(false);
    expect(
      prunes(
        pruners.patient(null, { patience: 1, minDelta: 2 }),
        [],
        [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
      ),
    ).toBe(false);
    expect(
      prunes(
        pruners.patient(pruners.none(), { patience: 1 }),
        [],
        [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
      ),
    ).toBe(false);
    expect(
      prunes(pruners.patient(pruners.median(), { patience: 0 }), five, [
        [0, 31],
        [1, 32],
      ]),
    ).toBe(true);
  });

  it("ends what leaves the limits", () => {
    const limits = pruners.threshold({ lower: 0, upper: 1 });
    const at = (value: number) =>
      prunes(
        limits,
        [],
        [
          [0, 0.5],
          [1, value],
        ],
      );
    expect([at(0), at(1), at(1.1), at(-0.1), at(Number.NaN)]).toEqual([false, false, true, true, true]);
  });
});

it.each([
  [() => pruners.percentile(101), "pruners.percentile: percentile must be a number in [0, 100], received 101."],
  [
    () => pruners.median({ warmupSteps: -1 }),
    "pruners.median: warmupSteps must be an integer of at least 0, received -1.",
  ],
  [
    () => pruners.successiveHalving({ minResource: "all" as "auto" }),
    'pruners.successiveHalving: minResource must be "auto" or a positive integer, received "all".',
  ],
  [
    () => pruners.hyperband({ minResource: 9, maxResource: 3 }),
    "pruners.hyperband: maxResource must be at least minResource, 9, received 3.",
  ],
  [
    () => pruners.patient(null, {} as never),
    "pruners.patient: patience must be an integer of at least 0, received undefined.",
  ],
  [
    () => pruners.threshold({ lower: 2, upper: 1 }),
    "pruners.threshold: upper must be a finite number of at least 2, received 1.",
  ],
])("mistakes are refused %#", (make, message) => {
  expect(make).toThrow(message);
});
