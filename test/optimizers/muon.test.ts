// The numbers are held to Keras in fixtures-training.test.ts.

import { describe, expect, it } from "vitest";
import * as optimizers from "../../src/optimizers/index.js";
import { resolveOptimizer } from "../../src/optimizers/resolve.js";

describe("muon", () => {
  it("has Keras' defaults and is found by name", () => {
    const { config, learningRate } = resolveOptimizer("optimizer", "muon");
    expect(learningRate).toBe(0.001);
    expect(config).toEqual({
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamWeightDecay: 0.004,
      epsilon: 1e-7,
      weightDecay: 0.004,
      excludeLayers: [],
      excludeEmbeddings: true,
      muonA: 3.4445,
      muonB: -4.775,
      muonC: 2.0315,
      adamLrRatio: 1,
      momentum: 0.95,
      nsSteps: 5,
      nesterov: true,
      rmsRate: 0.2,
    });
  });

  it("refuses options outside their range", () => {
    expect(() => optimizers.muon({ nsSteps: 0 })).toThrow(
      "optimizers.muon: nsSteps must be a positive integer, received 0.",
    );
    expect(() => optimizers.muon({ adamBeta1: 1 })).toThrow(RangeError);
    expect(() => optimizers.muon({ rmsRate: -1 })).toThrow(
      "optimizers.muon: rmsRate must be a finite number of at least 0, received -1.",
    );
    expect(() => optimizers.muon({ excludeLayers: "out" as never })).toThrow(
      'optimizers.muon: excludeLayers must be an array of texts, received "out".',
    );
    expect(() => optimizers.muon({ nsStep: 3 } as object)).toThrow(
      'optimizers.muon: expected a known option, received "nsStep". Did you mean "nsSteps"?',
    );
  });
});
