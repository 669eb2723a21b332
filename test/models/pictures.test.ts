// `history.toSvg()`, `net.toSvg()` and the picture of a confusion matrix.

import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import * as metrics from "../../src/metrics/index.js";
import { History, model, sequential } from "../../src/models/index.js";
import { checkSvg } from "../plots/check-svg.js";

beforeAll(() => setBackend("reference"));

describe("history.toSvg", () => {
  const history = new History();
  for (let epoch = 0; epoch < 4; epoch++)
    history.add(epoch, { loss: 1 / (epoch + 1), accuracy: epoch / 4, valLoss: 1 });

  it("draws a chart for each result, with its validation", () => {
    const { texts, count } = checkSvg(history.toSvg());
    expect(count("path")).toBe(3);
    expect(texts).toEqual(expect.arrayContaining(["Training", "loss", "valLoss", "accuracy", "epoch"]));
    expect(checkSvg(history.toSvg({ metrics: ["loss"], scale: "log", title: "XOR" })).count("path")).toBe(2);
  });

  it("draws what validation in some epochs gave", () => {
    const some = new History();
    for (let epoch = 0; epoch < 6; epoch++) some.add(epoch, epoch % 3 === 2 ? { loss: 1, valLoss: 2 } : { loss: 1 });
    const circles = checkSvg(some.toSvg()).all("circle");
    const places = circles.map(({ cx }) => cx);
    expect(places.slice(6)).toEqual([places[2], places[5]]);
    // Validation in epochs 2 and 4 of five: there is none at the end.
    const early = new History();
    for (let epoch = 0; epoch < 5; epoch++) early.add(epoch, epoch % 2 === 1 ? { loss: 1, valLoss: 2 } : { loss: 1 });
    const of = checkSvg(early.toSvg()).all("circle");
    expect(of.slice(5).map(({ cx }) => cx)).toEqual([of[1]?.cx, of[3]?.cx]);
  });

  it("refuses names that it does not have", () => {
    expect(() => history.toSvg({ metrics: ["acuracy"] })).toThrow(
      'history.toSvg, metrics: expected a known name, received "acuracy". Did you mean "accuracy"? Known names: loss, accuracy, valLoss.',
    );
    expect(() => history.toSvg({ width: 100 })).toThrow(
      "history.toSvg: width must be an integer of at least 200, received 100.",
    );
    expect(() => history.toSvg({ scale: "ln" as "log" })).toThrow(RangeError);
    expect(() => history.toSvg({ metrics: [] })).toThrow(
      "history.toSvg: metrics must be a list of names, received an array of 0.",
    );
  });
});

describe("net.toSvg", () => {
  const chain = () =>
    sequential(
      [
        layers.dense({ units: 3, activation: "relu", inputShape: [2] }),
        layers.dropout({ rate: 0.25 }),
        layers.dense({ units: 1 }),
      ],
      { name: "small", seed: 1 },
    );

  it("draws neurons and connections of a chain", () => {
    using net = chain();
    const { texts, all, count } = checkSvg(net.toSvg());
    expect(count("circle")).toBe(2 + 3 + 1);
    expect(count("line")).toBe(2 * 3 + 3 * 1);
    expect(texts).toEqual(expect.arrayContaining(["small", "dense, relu", "[3]", "9 params", "dropout 0.25"]));
    // Blue for positive weights, orange for negative ones.
    const kernel = net.getWeights()[0]?.data as Float32Array;
    const colors = all("line")
      .slice(0, 6)
      .map(({ stroke }) => stroke);
    expect(colors).toEqual([...kernel].map((value) => (value < 0 ? "#d55e00" : "#0072b2")));
    expect(
      new Set(
        checkSvg(net.toSvg({ weights: false }))
          .all("line")
          .map(({ stroke }) => stroke),
      ),
    ).toEqual(new Set(["#888888"]));
  });

  it("is as wide as its title", () => {
    using net = chain();
    const width = (title: string) => Number(checkSvg(net.toSvg({ title })).all("svg")[0]?.width);
    expect(width("x".repeat(100))).toBeGreaterThan(width("x") + 300);
  });

  it("leaves out what is too much", () => {
    using net = sequential([layers.dense({ units: 100, inputShape: [784] })]);
    const { texts, count } = checkSvg(net.toSvg({ maxUnits: 5 }));
    expect(count("circle")).toBe(4 + 4);
    expect(texts.filter((text) => text === "⋮")).toHaveLength(2);
  });

  it("draws boxes and arrows of any graph", () => {
    const a = input({ shape: [4], name: "a" });
    const b = input({ shape: [2], name: "b" });
    const h = layers.dense({ units: 4, name: "h" })(a);
    const joined = layers.concatenate()([h, b]);
    const sum = layers.add()([layers.dense({ units: 4, name: "deep" })(joined), h]);
    using net = model({ inputs: [a, b], outputs: sum });
    const { texts, count } = checkSvg(net.toSvg({ title: "Two <inputs>" }));
    expect(texts).toEqual(expect.arrayContaining(["Two <inputs>", "a", "b", "h", "concatenate", "deep", "add"]));
    // a-h, h-concatenate, b-concatenate, concatenate-deep, deep-add, h-add, and the tip of the arrows.
    expect(count("path")).toBe(7);
    expect(checkSvg(net.toSvg({ neurons: true })).count("circle")).toBe(0);
    using small = chain();
    expect(checkSvg(small.toSvg({ neurons: false })).count("circle")).toBe(0);
  });

  it("refuses wrong options, and a model without an input shape", () => {
    using net = chain();
    expect(() => net.toSvg({ maxUnits: 2 })).toThrow(
      'model "small", toSvg: maxUnits must be an integer of at least 3, received 2.',
    );
    expect(() => net.toSvg({ units: 2 } as object)).toThrow(TypeError);
    expect(() => sequential([layers.dense({ units: 1 })]).toSvg()).toThrow(TypeError);
  });
});

describe("confusionMatrix.toSvg", () => {
  it("draws counts and shares", () => {
    const confusion = metrics.confusionMatrix(["cat", "dog", "dog"], ["cat", "cat", "dog"]);
    const counts = checkSvg(confusion.toSvg());
    expect(counts.texts.filter((text) => /^\d/.test(text))).toEqual(["1", "0", "1", "1"]);
    const shares = checkSvg(confusion.toSvg({ normalize: "true", names: ["Cats", "Dogs"], title: "Pets" }));
    expect(shares.texts).toEqual(expect.arrayContaining(["Pets", "Cats", "Dogs", "1.00", "0.50"]));
    const columns = checkSvg(confusion.toSvg({ normalize: "pred" })).texts.filter((text) => /^\d/.test(text));
    expect(columns).toEqual(["0.50", "0.00", "0.50", "1.00"]);
    const all = checkSvg(confusion.toSvg({ normalize: "all" })).texts.filter((text) => /^\d/.test(text));
    expect(all).toEqual(["0.33", "0.00", "0.33", "0.33"]);
  });

  it("draws a thousand classes, without texts in the cells", () => {
    const labels = Array.from({ length: 200 }, (_, i) => i);
    expect(checkSvg(metrics.confusionMatrix(labels, labels).toSvg()).count("text")).toBe(400 + 3);
  });

  it("belongs to the metric, too", async () => {
    const confusion = metrics.confusionMatrix();
    expect(() => confusion.toSvg()).toThrow(
      "metrics.confusionMatrix, toSvg: expected a matrix, received none yet. Call evaluate first.",
    );
    using net = sequential([layers.dense({ units: 1, activation: "sigmoid", inputShape: [1] })]);
    net.compile({ loss: "binaryCrossentropy", metrics: [confusion] });
    await net.evaluate([[1], [2]], [[0], [1]]);
    expect(checkSvg(confusion.toSvg({ names: ["no", "yes"] })).texts).toContain("yes");
  });

  it("refuses wrong options", () => {
    const confusion = metrics.confusionMatrix([0, 1], [0, 1]);
    expect(() => confusion.toSvg({ names: ["a"] })).toThrow(
      "metrics.confusionMatrix, toSvg: names must be a list of 2 texts, received an array of 1.",
    );
    expect(() => confusion.toSvg({ normalize: "rows" as "true" })).toThrow(
      'metrics.confusionMatrix, toSvg, normalize: expected a known name, received "rows". Known names: true, pred, all.',
    );
  });
});
