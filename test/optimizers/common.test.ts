// The options that all optimizers have: their checks here, their numbers in fixtures-training.test.ts.

import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../src/optimizers/index.js";
import * as optimizers from "../../src/optimizers/index.js";

describe("options of all optimizers", () => {
  it("are told in the configuration, and surround the rule", () => {
    const options = { clipNorm: 1, gradientAccumulationSteps: 4, excludeFromWeightDecay: ["bias"] };
    const { config, common } = optimizers.adamw(options);
    expect(config).toMatchObject({ weightDecay: 0.004, ...options });
    expect(common).toMatchObject({ clip: { by: "norm", limit: 1 }, accumulationSteps: 4 });
    const named = (name: string) => ({ name, shape: [1], trainable: true, learningRateScale: 1 });
    expect(common.decays?.(named("dense/bias"))).toBe(false);
    expect(common.decays?.(named("dense/kernel"))).toBe(true);
    expect(optimizers.sgd().common).toEqual({});
    expect(optimizers.sgd({ clipValue: 2 }).common.clip).toEqual({ by: "value", limit: 2 });
    expect(optimizers.sgd({ useEma: true }).common.average).toEqual({ momentum: 0.99 });
    const average = { useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 3 };
    expect(optimizers.sgd(average).common.average).toEqual({ momentum: 0.5, overwriteEvery: 3 });
    expect(optimizers.sgd({ ...average, useEma: false }).common.average).toBeUndefined();
    expect(optimizers.rmsprop({ globalClipNorm: 2 }).common.clip).toEqual({ by: "globalNorm", limit: 2 });
  });

  it("refuse what does not fit", () => {
    expect(() => optimizers.sgd({ clipNorm: 1, clipValue: 2 })).toThrow(
      "optimizers.sgd: expected one of clipValue, clipNorm and globalClipNorm, received clipValue 2 and clipNorm 1.",
    );
    expect(() => optimizers.adam({ clipNorm: -1 })).toThrow(
      "optimizers.adam: clipNorm must be a positive number, received -1.",
    );
    expect(() => optimizers.adam({ globalClipNorm: 0 })).toThrow(
      "optimizers.adam: globalClipNorm must be a positive number, received 0.",
    );
    expect(() => optimizers.sgd({ clipNorm: 1e-300 })).toThrow(
      "optimizers.sgd: clipNorm must be a number that float32 can hold, at least 1e-45, received 1e-300.",
    );
    expect(() => optimizers.adam({ epsilon: 1e-300 })).toThrow(
      "optimizers.adam: epsilon must be a number that float32 can hold, at least 1e-45, received 1e-300.",
    );
    expect(() => optimizers.sgd({ learningRate: 1e39 })).toThrow(
      "optimizers.sgd: learningRate must be a number that float32 can hold, at most 3.4e38 in size, received 1e+39.",
    );
    expect(() => optimizers.sgd({ learningRate: () => 1e39 }).rateAt(3)).toThrow(
      "optimizers.sgd: the learning rate of step 3 must be a number that float32 can hold, at most 3.4e38 in size, received 1e+39.",
    );
    expect(() => optimizers.adam({ gradientAccumulationSteps: 2 ** 33 })).toThrow(
      "optimizers.adam: gradientAccumulationSteps must be an integer of at most 4294967295, received 8589934592.",
    );
    expect(() => optimizers.adam({ useEma: true, emaOverwriteFrequency: 2 ** 24 + 1 })).toThrow(
      "optimizers.adam: emaOverwriteFrequency must be an integer of at most 16777216, received 16777217.",
    );
    expect(() => optimizers.adam({ gradientAccumulationSteps: 1 })).toThrow(
      "optimizers.adam: gradientAccumulationSteps must be an integer of at least 2, received 1.",
    );
    expect(() => optimizers.adam({ useEma: true, emaMomentum: 1.5 })).toThrow(
      "optimizers.adam: emaMomentum must be a number in [0, 1], received 1.5.",
    );
    expect(() => optimizers.adam({ useEma: true, emaOverwriteFrequency: 0 })).toThrow(
      "optimizers.adam: emaOverwriteFrequency must be a positive integer, received 0.",
    );
    expect(() => optimizers.adam({ useEma: "yes" as never })).toThrow(
      'optimizers.adam: useEma must be true or false, received "yes".',
    );
    expect(() => optimizers.adam({ excludeFromWeightDecay: "bias" as never })).toThrow(
      'optimizers.adam: excludeFromWeightDecay must be an array of texts, received "bias".',
    );
    expect(() => optimizers.adam({ clipnorm: 1 } as object)).toThrow(
      'optimizers.adam: expected a known option, received "clipnorm". Did you mean "clipNorm"?',
    );
  });

  const { custom: _custom, lbfgs: _lbfgs, ...factories } = optimizers;
  const named = Object.entries(factories).map(([name, make]) => ({
    name,
    make: make as (options: object) => Optimizer,
  }));

  it.each(named)("belong to $name, and are checked there", ({ name, make }) => {
    const options = { clipValue: 1, useEma: true, gradientAccumulationSteps: 2, excludeFromWeightDecay: ["bias"] };
    expect(make(options).config).toMatchObject(options);
    expect(make(options).common).toMatchObject({ accumulationSteps: 2, clip: { by: "value" }, average: {} });
    expect(() => make({ clipNorm: 0 })).toThrow(`optimizers.${name}: clipNorm must be a positive number, received 0.`);
    expect(() => make({ learningRate: -1 })).toThrow(
      `optimizers.${name}: learningRate must be a finite number of at least 0, received -1.`,
    );
    if (!("epsilon" in make({}).config)) return;
    expect(() => make({ epsilon: 0 })).toThrow(`optimizers.${name}: epsilon must be a positive number, received 0.`);
  });
});
