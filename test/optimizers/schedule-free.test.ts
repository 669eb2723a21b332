// The numbers are held to the authors' package in fixtures-training.test.ts; here is what users see around them.

import { beforeAll, describe, expect, it } from "vitest";
import * as optimizers from "../../src/optimizers/index.js";
import { resolveOptimizer } from "../../src/optimizers/resolve.js";
import { testBackends } from "../backends.js";
import { allWeights, xorInputs, xorNetwork, xorTargets } from "../models/networks.js";

describe.each(testBackends)("scheduleFreeAdamW on $label", (backend) => {
  beforeAll(() => backend.use());

  it("shows the same weights during a training and after it", async () => {
    const make = () => xorNetwork(5, { optimizer: optimizers.scheduleFreeAdamW({ learningRate: 0.1 }) });
    using watched = make();
    using plain = make();
    const seen: number[][] = [];
    const { history } = await watched.fit(xorInputs, xorTargets, {
      epochs: 20,
      verbose: 0,
      validationData: [xorInputs, xorTargets],
      onEpochEnd: () => void seen.push(allWeights(watched)),
    });
    await plain.fit(xorInputs, xorTargets, { epochs: 20, verbose: 0 });
    expect(allWeights(watched)).toEqual(allWeights(plain));
    expect(seen[19]).toEqual(allWeights(watched));
    const { loss } = await watched.evaluate(xorInputs, xorTargets);
    expect(loss).toBe(history.valLoss?.[19]);
  });

  it("learns", async () => {
    using net = xorNetwork(5, { optimizer: optimizers.scheduleFreeAdamW({ learningRate: 0.1 }) });
    await net.fit(xorInputs, xorTargets, { epochs: 300, verbose: 0 });
    expect((await net.evaluate(xorInputs, xorTargets)).accuracy).toBe(1);
  });
});

describe("scheduleFreeAdamW", () => {
  it("has the defaults of its authors and is found by name", () => {
    const { config, learningRate } = resolveOptimizer("optimizer", "scheduleFreeAdamW");
    expect(learningRate).toBe(0.0025);
    expect(config).toEqual({
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      warmupSteps: 0,
      r: 0,
      weightLrPower: 2,
    });
  });

  it("refuses options outside their range", () => {
    expect(() => optimizers.scheduleFreeAdamW({ warmupSteps: -1 })).toThrow(
      "optimizers.scheduleFreeAdamW: warmupSteps must be an integer of at least 0, received -1.",
    );
    expect(() => optimizers.scheduleFreeAdamW({ beta2: 1 })).toThrow(RangeError);
    expect(() => optimizers.scheduleFreeAdamW({ warmupStep: 1 } as object)).toThrow(
      'optimizers.scheduleFreeAdamW: expected a known option, received "warmupStep". Did you mean "warmupSteps"?',
    );
  });
});
