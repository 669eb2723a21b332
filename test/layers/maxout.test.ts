import { describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";

describe("maxout", () => {
  it("takes the largest of the pieces", async () => {
    const net = sequential([layers.maxout({ units: 2, pieces: 3, inputShape: [1] })]);
    net.setWeights([[[1, 2, -1, 0, 0, -3]], [0, 0, 0, 5, 1, 0]]);
    // Pieces x and 2 x, -x and 5, 1 and -3 x.
    expect((await net.predict([[2], [-4]])).toArray()).toEqual([
      [2, 5],
      [4, 12],
    ]);
  });

  it("with two pieces is the absolute value", async () => {
    const net = sequential([layers.maxout({ units: 1, useBias: false, inputShape: [1] })]);
    net.setWeights([[[1, -1]]]);
    expect((await net.predict([[3], [-7]])).toArray()).toEqual([[3], [7]]);
  });
});
