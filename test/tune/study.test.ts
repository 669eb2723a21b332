import { describe, expect, it } from "vitest";
import { samplers, type Study, type Trial, tune } from "../../src/index.js";
import { checkSvg } from "../plots/check-svg.js";

async function example(): Promise<Study> {
  return await tune(
    (trial: Trial) => {
      const rate = trial.float("learningRate", 1e-4, 1, { log: true });
      const kind = trial.categorical("kind<&>", ["relu", "tanh"]);
      const units = trial.int("units", 8, 128, { log: true });
      if (trial.number === 3) throw new Error("no <luck>");
      if (trial.number === 4) {
        trial.report(9);
        throw trial.pruned();
      }
      if (trial.number === 5) return Number.POSITIVE_INFINITY;
      const extra = kind === "tanh" ? trial.float("slope", 0, 1) : 0;
      return 0.1 + (Math.log10(rate) + 2) ** 2 + 0.02 * Math.log2(units) + 0.1 * extra;
    },
    { trials: 40, seed: 1, sampler: samplers.random() },
  );
}

describe("the importance", () => {
  it("is the share of the variance, the largest first", async () => {
    const study = await example();
    const shares = study.importance();
    expect(Object.keys(shares)).toEqual(["learningRate", expect.any(String), expect.any(String)]);
    expect(shares.learningRate).toBeGreaterThan(0.6);
    expect(Object.values(shares).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });

  it("is that of the formula when parameters add up", async () => {
    // Var(3x) : Var(y) : Var(0) = 9 : 1 : 0.
    const objective = (trial: Trial) =>
      3 * trial.float("x", 0, 1) + trial.float("y", 0, 1) + 0 * trial.float("z", 0, 1);
    const {
      x = 0,
      y = 0,
      z = 0,
    } = (await tune(objective, { trials: 400, sampler: "quasiRandom", seed: 2 })).importance();
    expect(Math.abs(x - 0.9)).toBeLessThan(0.02);
    expect(Math.abs(y - 0.1)).toBeLessThan(0.02);
    expect(z).toBeLessThan(0.01);
  });

  it("is nothing where nothing can be told", async () => {
    expect((await tune(() => 1, { trials: 3 })).importance()).toEqual({});
    expect((await tune((trial) => 0 * trial.float("x", 0, 1), { trials: 3 })).importance()).toEqual({ x: 0 });
    expect((await tune(() => Number.NaN, { trials: 3 })).importance()).toEqual({});
  });
});

describe("the table", () => {
  it("puts trials side by side, the best first: a search by hand", async () => {
    const first = [
      { units: 8, rate: 0.1 },
      { units: 64, rate: 0.001 },
      { units: 16, rate: 0.01 },
    ];
    const study = await tune((trial) => trial.int("units", 1, 99) * trial.float("rate", 0, 1), { first, trials: 3 });
    const lines = study
      .toTable()
      .split("\n")
      .map((line) => line.replace(/(?<=complete +)\d\.\d /, "s.s "));
    expect(lines).toEqual([
      "trial  value  state     seconds  units   rate",
      "    1  0.064  complete      s.s     64  0.001",
      "    2   0.16  complete      s.s     16   0.01",
      "    0    0.8  complete      s.s      8    0.1",
    ]);
    expect(study.toTable({ most: 1 }).split("\n")).toHaveLength(2);
  });

  it("tells of pruned and failed trials behind the others", async () => {
    const rows = (await example()).toTable().split("\n");
    expect(rows.at(-2)).toMatch(/^ +4 +9 +pruned/);
    expect(rows.at(-1)).toMatch(/^ +3 .*failed .*no <luck>$/);
    expect(rows[0]).toContain("reason");
  });
});

describe("the pictures", () => {
  it.each(["history", "parallel", "slices", "importance"] as const)("%s is a picture of the trials", async (plot) => {
    const study = await example();
    const svg = study.toSvg({ plot });
    checkSvg(svg);
    if (plot !== "history") expect(svg).toContain("learningRate");
    const count = (sign: RegExp) => svg.match(sign)?.length ?? 0;
    // 37 finite values and the ring; 2 signs of the legend.
    if (plot === "history") expect(count(/<circle/g)).toBe(40);
    if (plot === "parallel") expect(count(/<path/g)).toBe(37);
    if (plot === "slices") expect(svg).toContain("kind&lt;&amp;&gt;");
    if (plot === "importance") expect(count(/ %</g)).toBe(3);
  });

  it("take a title and a logarithmic axis", async () => {
    const svg = (await example()).toSvg({ title: "My <study>", scale: "log" });
    checkSvg(svg);
    expect(svg).toContain("My &lt;study&gt;");
    expect(svg).toContain(">0.1<");
  });

  it("can be drawn of nothing", async () => {
    const study = await tune(() => Number.NaN, { trials: 1 });
    for (const plot of ["history", "parallel", "slices", "importance"] as const) checkSvg(study.toSvg({ plot }));
    expect(study.toHtml()).toContain("expected a number, received NaN");
  });

  it("make a report with the table", async () => {
    const study = await example();
    const html = study.toHtml({ title: "Report" });
    expect(html.match(/<svg/g)).toHaveLength(4);
    expect(html).toContain(`The best is trial ${study.best.number}`);
    expect(html).toContain("no &lt;luck&gt;");
  });

  it.each([
    [
      { plot: "hist" },
      'study.toSvg: plot: expected a known name, received "hist". Known names: history, importance, parallel, slices.',
    ],
    [
      { scale: "ln" },
      'study.toSvg: scale: expected a known name, received "ln". Did you mean "log"? Known names: linear, log.',
    ],
    [{ width: 3 }, 'study.toSvg: expected a known option, received "width". Options: plot, title, scale.'],
  ])("refuse mistakes: %o", async (options, message) => {
    const study = await tune(() => 1, { trials: 1 });
    expect(() => study.toSvg(options as never)).toThrow(message);
  });
});
