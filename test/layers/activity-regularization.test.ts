import { describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";

const x = [
  [0, 1],
  [2, 1],
];

describe("activityRegularization", () => {
  it("adds its penalty on each row's outputs to the loss", async () => {
    const net = sequential([layers.activityRegularization({ l1: 0.5, l2: 0.25, inputShape: [2] }), layers.prelu()]);
    net.compile({ optimizer: "sgd", loss: (_yTrue, yPred) => ops.mul(ops.mean(yPred, 1), 0) });
    // (0.5 (0 + 1 + 2 + 1) + 0.25 (0 + 1 + 4 + 1)) / 2 rows.
    expect((await net.evaluate(x, [0, 0])).loss).toBeCloseTo(1.75, 6);
    expect((await net.predict(x)).toArray()).toEqual(x);
  });

  it("refuses negative factors", () => {
    expect(() => layers.activityRegularization({ l1: -1 })).toThrow(
      "activityRegularization: l1 must be a finite number of at least 0, received -1.",
    );
  });
});
