// Charts and reports: what is drawn, where, and what is refused.

import { describe, expect, it } from "vitest";
import * as plots from "../../src/plots/index.js";
import { linearScale, logScale, tickLabel } from "../../src/plots/scale.js";
import { checkMarkup, checkSvg } from "./check-svg.js";

describe("scales", () => {
  it("are linear with round ticks", () => {
    const scale = linearScale([0.3, 9.6], 5);
    expect(scale.ticks).toEqual([0, 2, 4, 6, 8, 10]);
    expect([scale.place(0), scale.place(5), scale.place(10)]).toEqual([0, 0.5, 1]);
  });

  it("make room around a single value", () => {
    const scale = linearScale([5, 5], 5);
    expect(scale.place(5)).toBeCloseTo(0.5, 6);
    expect(linearScale([], 5).ticks).toContain(1);
    expect(linearScale([Number.NaN, Number.POSITIVE_INFINITY, 0], 3).place(0)).toBe(0.5);
  });

  it("are logarithmic over positive values", () => {
    const scale = logScale([-1, 0, 0.02, 30], 6);
    expect(scale.ticks).toEqual([0.01, 0.1, 1, 10, 100].map((value) => expect.closeTo(value, 12)));
    expect(scale.place(1)).toBe(0.5);
  });

  it("write ticks shortly", () => {
    expect([0.1 + 0.2, -1500, 2e-7, 3e6, -3e6, 0].map(tickLabel)).toEqual(["0.3", "−1500", "2e-7", "3e6", "−3e6", "0"]);
  });
});

describe("plots.lineChart", () => {
  it("draws a line for each series at the right places", () => {
    const svg = plots.lineChart({
      title: "Loss & more",
      xLabel: "epoch",
      series: [
        { name: "adam", x: [0, 1, 2], y: [0, 1, 2] },
        { name: "<sgd>", x: [0, 1, 2], y: [2, 2, 2] },
      ],
    });
    const { texts, all } = checkSvg(svg);
    expect(texts).toEqual(expect.arrayContaining(["Loss & more", "epoch", "adam", "<sgd>"]));
    const paths = all("path").map(({ d }) => [...(d as string).matchAll(/[-\d.]+/g)].map(Number));
    const [rising, flat] = paths as [number[], number[]];
    expect(rising).toHaveLength(6);
    // The middle point lies in the middle, the last one at the height of the flat line.
    expect(rising[2]).toBeCloseTo(((rising[0] as number) + (rising[4] as number)) / 2, 1);
    expect(rising[3]).toBeCloseTo(((rising[1] as number) + (rising[5] as number)) / 2, 1);
    expect(new Set([flat[1], flat[3], flat[5], rising[5]]).size).toBe(1);
  });

  it("leaves gaps for values that are not finite", () => {
    const y = [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5];
    const { all } = checkSvg(plots.lineChart({ series: [{ name: "a", x: [0, 1, 2, 3, 4], y }] }));
    expect((all("path")[0]?.d?.match(/M/g) ?? []).length).toBe(3);
    expect(all("circle")).toHaveLength(3);
  });

  it("keeps the extremes of very many points", () => {
    const x = Array.from({ length: 200_000 }, (_, i) => i);
    const y = x.map((i) => (i === 77_777 ? 50 : Math.sin(i)));
    const svg = plots.lineChart({ series: [{ name: "a", x, y }] });
    expect(svg.length).toBeLessThan(30_000);
    const heights = [...(checkSvg(svg).all("path")[0]?.d ?? "").matchAll(/,(\d[\d.]*)/g)].map(([, at]) => Number(at));
    // The peak is far above the rest.
    expect(heights.filter((at) => at < Math.max(...heights) - 100)).toHaveLength(1);
  });

  it("draws a logarithmic axis, and a linear one when nothing is positive", () => {
    const series = [{ name: "a", x: [0, 1, 2], y: [1, 0.1, 0.01] }];
    const { texts, all } = checkSvg(plots.lineChart({ scale: "log", series }));
    expect(texts).toEqual(expect.arrayContaining(["1", "0.1", "0.01"]));
    const heights = [...(all("path")[0]?.d ?? "").matchAll(/,(\d[\d.]*)/g)].map(([, at]) => Number(at));
    expect((heights[1] as number) - (heights[0] as number)).toBeCloseTo(
      (heights[2] as number) - (heights[1] as number),
      1,
    );
    checkSvg(plots.lineChart({ scale: "log", series: [{ name: "a", x: [0, 1], y: [0, -1] }] }));
  });

  it("draws nothing of nothing", () => {
    checkSvg(plots.lineChart({ series: [] }));
    checkSvg(plots.lineChart({ series: [{ name: "a", x: [], y: [] }] }));
  });

  it("refuses what it cannot draw", () => {
    expect(() => plots.lineChart({ series: [{ name: "a", x: [1, 2], y: [1] }] })).toThrow(
      'plots.lineChart, series "a": expected lists x and y of the same length, received an array of 2 and an array of 1.',
    );
    expect(() => plots.lineChart({ series: [], width: 10 })).toThrow(
      "plots.lineChart: width must be an integer of at least 100, received 10.",
    );
    expect(() => plots.lineChart({} as plots.LineChart)).toThrow(
      "plots.lineChart: series must be a list of { name, x, y }, received undefined.",
    );
    expect(() => plots.lineChart({ series: [], colour: 1 } as plots.LineChart)).toThrow(TypeError);
  });
});

describe("plots.histogram", () => {
  it("counts every value once", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i % 10) + 0.5);
    const { all, texts } = checkSvg(plots.histogram(values, { bins: 10, title: "Ten" }));
    const bars = all("rect").slice(1);
    expect(bars).toHaveLength(10);
    expect(new Set(bars.map(({ height }) => height)).size).toBe(1);
    expect(texts).toContain("Ten");
  });

  it("tells how many values are not finite", () => {
    const { texts } = checkSvg(plots.histogram([1, 2, Number.NaN, Number.NEGATIVE_INFINITY]));
    expect(texts).toContain("value (2 not finite)");
    checkSvg(plots.histogram([Number.NaN]));
    checkSvg(plots.histogram([]));
    checkSvg(plots.histogram([3]));
  });

  it("draws no bars of no values", () => {
    const { texts, all } = checkSvg(plots.histogram([]));
    // The ground of the picture is one.
    expect(all("rect")).toHaveLength(1);
    expect(texts).toEqual(expect.arrayContaining(["0", "1"]));
    expect(texts).not.toContain("−1");
  });

  it("draws lists by name", () => {
    const { texts } = checkSvg(plots.histogram({ "a/kernel": [1, 2], "a/bias": [0] }, { title: "Weights" }));
    expect(texts).toEqual(expect.arrayContaining(["Weights", "a/kernel", "a/bias"]));
  });

  it("refuses what it cannot draw", () => {
    const message = "plots.histogram: expected a list of numbers, or such lists by name, received";
    expect(() => plots.histogram({})).toThrow(`${message} an object.`);
    expect(() => plots.histogram("abc" as unknown as number[])).toThrow(`${message} "abc".`);
    expect(() => plots.histogram([1], { bins: 0 })).toThrow(
      "plots.histogram: bins must be a positive integer, received 0.",
    );
  });
});

describe("plots.report", () => {
  it("is one document that loads nothing", () => {
    const svg = plots.histogram([1, 2, 3]);
    const html = plots.report({
      title: "Iris <1>",
      sections: [
        {
          heading: "Scores",
          text: ["a < b"],
          table: [
            ["class", "F1"],
            ["setosa", 1],
          ],
          svg: [svg],
        },
        { heading: "Model", preformatted: 'Model "iris"\n---' },
      ],
    });
    const start = "<!doctype html>\n";
    expect(html.startsWith(start)).toBe(true);
    // Style sheets are no markup, and these elements need no end.
    const markup = html.slice(start.length).replace(/<style>[^<]*<\/style>/, "");
    const { texts, count } = checkMarkup(markup, ["meta"]);
    expect(texts).toEqual(expect.arrayContaining(["Iris <1>", "a < b", "setosa", "F1", 'Model "iris"\n---']));
    expect([count("svg"), count("tr"), count("script"), count("link"), count("img")]).toEqual([1, 2, 0, 0, 0]);
    expect(html.replace(/xmlns="[^"]*"/g, "")).not.toContain("http");
  });

  it("refuses other sections", () => {
    expect(() => plots.report({ title: "a" } as plots.Report)).toThrow(
      "plots.report: sections must be a list, received undefined.",
    );
  });
});

describe("plots.decisionBoundary", () => {
  it("draws the line at 0.5 where it is, and the points of each class", async () => {
    const svg = await plots.decisionBoundary((points) => points.map(([x]) => ((x as number) > 0.25 ? 1 : 0)), {
      ...{ title: "Half", xRange: [0, 1], yRange: [0, 1], resolution: 101, classNames: ["left", "right"] },
      points: [
        [0.1, 0.5],
        [0.9, 0.5],
        [0.95, 5],
      ],
      classes: [0, 1, 1],
    });
    const { texts, all } = checkSvg(svg);
    expect(texts).toEqual(expect.arrayContaining(["Half", "x1", "x2", "left", "right"]));
    // The third point lies outside of the plane.
    const circles = all("circle");
    expect(new Set(circles.map(({ fill }) => fill)).size).toBe(2);
    expect(circles).toHaveLength(2);
    const [first, second] = circles.map(({ cx }) => Number(cx)) as [number, number];
    const boundary =
      all("path")
        .at(-1)
        ?.d?.match(/-?[\d.]+/g)
        ?.map(Number) ?? [];
    const left = Math.min(...boundary.filter((_, i) => i % 2 === 0));
    expect((left - first) / (second - first)).toBeCloseTo((0.255 - 0.1) / 0.8, 2);
  });

  it("draws a region for each of several classes", async () => {
    const { all } = checkSvg(
      await plots.decisionBoundary(
        (points) => ({
          data: points.flatMap(([x = 0, y = 0]) => [x + y, x - y, -2 * x]),
          shape: [points.length, 3],
        }),
        { resolution: 20 },
      ),
    );
    const fills = all("path").map(({ fill }) => fill);
    expect(new Set(fills).size).toBe(3);
  });

  it("refuses what it cannot draw", async () => {
    await expect(plots.decisionBoundary((points) => points.slice(1).map(() => 0))).rejects.toThrow(
      "plots.decisionBoundary: expected one number or more for each of 6400 points, received an array of 6399.",
    );
    await expect(
      plots.decisionBoundary(() => [Number.NaN], { resolution: 2, points: [[0, 0]], classes: [] }),
    ).rejects.toThrow("plots.decisionBoundary: expected a class for each of the 1 points, received 0.");
    await expect(plots.decisionBoundary(() => [0], { xRange: [1, 1] })).rejects.toThrow(
      "plots.decisionBoundary: xRange must be [low, high] with low < high, received an array of 2.",
    );
    await expect(plots.decisionBoundary(5 as never)).rejects.toThrow(
      "plots.decisionBoundary: expected a function of a list of points, received 5.",
    );
    await expect(plots.decisionBoundary(() => [0], { points: [[0, 0]], classes: [-1] })).rejects.toThrow(
      "plots.decisionBoundary: classes[0] must be",
    );
  });
});

describe("plots.surface", () => {
  it("draws bands of about the same size, and paths over them", () => {
    const paths = [
      {
        name: "down",
        points: [
          [-1, -1],
          [0, 0],
          [1e9, Number.NaN],
        ] as [number, number][],
      },
    ];
    const svg = plots.surface((x, y) => x * x + y * y, { title: "Bowl", levels: 5, paths });
    const { texts, all, count } = checkSvg(svg);
    expect(texts).toEqual(expect.arrayContaining(["Bowl", "x", "y", "down"]));
    expect(all("path")).toHaveLength(5 + 2);
    expect(
      new Set(
        all("path")
          .slice(0, 5)
          .map(({ fill }) => fill),
      ).size,
    ).toBe(5);
    expect(count("circle")).toBe(1);
  });

  it("refuses what it cannot draw", () => {
    expect(() => plots.surface(() => Number.NaN)).toThrow(
      "plots.surface: the function must be finite in the ranges, received NaN.",
    );
    expect(() => plots.surface((x) => x, { yRange: [2, 1] })).toThrow(
      "plots.surface: yRange must be [low, high] with low < high, received an array of 2.",
    );
    expect(() => plots.surface((x) => x, { levels: 0 })).toThrow(
      "plots.surface: levels must be a positive integer, received 0.",
    );
    expect(() => plots.surface(null as never)).toThrow("plots.surface: expected a function of x and y, received null.");
  });
});
