import { describe, expect, it } from "vitest";
import { classColor, divergingTable, tableIndex, word } from "../../playground/src/draw/colors.js";
import { axisTop, ticks } from "../../playground/src/draw/curves.js";
import { layoutDiagram, mostInputs } from "../../playground/src/draw/layout.js";

describe("the diagram's layout", () => {
  it.each([
    [[2, 1], 320],
    [[2, 16, 16, 16, 16, 16, 16, 1], 320],
    [[784, 16, 10], 900],
    [[40, 4, 3], 600],
  ])("keeps %j within %i", (sizes, width) => {
    const { layers, height, node } = layoutDiagram(sizes, width);
    for (const { x, y } of layers.flat()) {
      expect(x).toBeGreaterThanOrEqual(node / 2);
      expect(x).toBeLessThanOrEqual(width - node / 2);
      expect(y).toBeGreaterThanOrEqual(node / 2);
      expect(y).toBeLessThanOrEqual(height - node / 2);
    }
    for (const column of layers) {
      for (let i = 1; i < column.length; i++)
        expect((column[i]?.y ?? 0) - (column[i - 1]?.y ?? 0)).toBeGreaterThan(node);
    }
  });

  it("draws a picture for many inputs, and the first ones of some", () => {
    expect(layoutDiagram([784, 2], 500).layers[0]).toHaveLength(1);
    const some = layoutDiagram([40, 2], 500);
    expect([some.layers[0]?.length, some.hidden]).toEqual([mostInputs, [40 - mostInputs, 0]]);
  });
});

describe("the axes", () => {
  it("have round numbers", () => {
    expect(ticks(1)).toEqual([0, 0.5, 1]);
    expect(ticks(0.7)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(ticks(2673)).toEqual([0, 1000, 2000]);
  });

  it("show the loss before training, and no outlier", () => {
    const point = (trainLoss: number) => ({ epoch: 0, trainLoss, testLoss: 0.1, trainAccuracy: 1, testAccuracy: 1 });
    const curve = [point(0.7), ...Array.from({ length: 200 }, () => point(0.1)), point(90)];
    expect(axisTop(curve, "loss")).toBeCloseTo(0.77);
    expect(axisTop(curve, "accuracy")).toBe(1);
    expect(axisTop([], "loss")).toBe(1);
    expect(axisTop([point(Number.NaN)], "loss")).toBeGreaterThan(0);
  });
});

describe("the colours", () => {
  it("go from orange over neutral to blue", () => {
    for (const theme of ["light", "dark"] as const) {
      const table = divergingTable(theme);
      expect(table[tableIndex(-5)]).toBe(word(classColor(theme, 0, 2)));
      expect(table[tableIndex(5)]).toBe(word(classColor(theme, 1, 2)));
      expect(tableIndex(Number.NaN)).toBe(tableIndex(0));
      expect(divergingTable(theme, true)[tableIndex(0)]).toBe(table[tableIndex(0)]);
    }
  });
});
