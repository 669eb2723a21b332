import { describe, expect, it } from "vitest";
import type { CoreRule } from "../../src/graph/compile.js";
import * as optimizers from "../../src/optimizers/index.js";
import { resolveOptimizer } from "../../src/optimizers/resolve.js";
import * as schedules from "../../src/schedules/index.js";
import { optimizerNames, optimizers as known } from "../../src/program/ops.gen.js";

function coreRule({ rule }: optimizers.Optimizer): CoreRule {
  if ("update" in rule) throw new Error("expected a rule of the core");
  return rule;
}

describe("optimizers", () => {
  it("have Keras' defaults", () => {
    expect(optimizers.sgd().learningRate).toBe(0.01);
    expect(optimizers.adam()).toMatchObject({
      name: "adam",
      learningRate: 0.001,
      rule: { parameters: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 }, slots: ["m", "v"] },
    });
    expect(coreRule(optimizers.adamw()).parameters.weightDecay).toBe(0.004);
    expect(coreRule(optimizers.rmsprop()).parameters).toMatchObject({ rho: 0.9, momentum: 0, epsilon: 1e-7 });
    expect(optimizers.adagrad().config).toEqual({ initialAccumulatorValue: 0.1, epsilon: 1e-7, weightDecay: 0 });
    expect(optimizers.adadelta().config).toEqual({ rho: 0.95, epsilon: 1e-7, weightDecay: 0 });
    for (const optimizer of [optimizers.adamax(), optimizers.nadam()]) {
      expect(optimizer.learningRate).toBe(0.001);
      expect(optimizer.config).toEqual({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 });
    }
    expect(optimizers.radam().config).toEqual({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
    expect(optimizers.lion().config).toEqual({ beta1: 0.9, beta2: 0.99, weightDecay: 0 });
    expect(optimizers.ftrl().config).toEqual({
      learningRatePower: -0.5,
      initialAccumulatorValue: 0.1,
      l1RegularizationStrength: 0,
      l2RegularizationStrength: 0,
      l2ShrinkageRegularizationStrength: 0,
      beta: 0,
    });
    expect(optimizers.rprop()).toMatchObject({
      learningRate: 0.01,
      fullBatch: true,
      config: { etas: [0.5, 1.2], stepSizes: [1e-6, 50], weightDecay: 0 },
    });
  });

  it("use the slots that their options need", () => {
    expect(optimizers.sgd().rule.slots).toEqual([]);
    expect(optimizers.momentum().rule).toMatchObject({
      slots: ["velocity"],
      parameters: { momentum: 0.9, nesterov: 0 },
    });
    expect(coreRule(optimizers.nesterov()).parameters.nesterov).toBe(1);
    expect(optimizers.adam({ amsgrad: true }).rule.slots).toEqual(["m", "v", "vMaximum"]);
    expect(optimizers.rmsprop({ momentum: 0.5, centered: true }).rule.slots).toEqual([
      "meanSquare",
      "velocity",
      "meanGradient",
    ]);
    expect(optimizers.gradientDescent().fullBatch).toBe(true);
  });

  it("know the slots and parameters of the core's rules", () => {
    const all = [
      optimizers.sgd({ momentum: 0.5 }),
      optimizers.rmsprop({ momentum: 0.5, centered: true }),
      optimizers.adam({ amsgrad: true }),
      optimizers.adamax(),
      optimizers.nadam(),
      optimizers.radam(),
      optimizers.lion(),
      optimizers.adagrad(),
      optimizers.adadelta(),
      optimizers.ftrl(),
      optimizers.rprop(),
    ];
    expect(new Set(all.map((optimizer) => coreRule(optimizer).name))).toEqual(new Set(optimizerNames));
    for (const optimizer of all) {
      const rule = coreRule(optimizer);
      expect(rule.slots).toEqual(known[rule.name].slots.map((slot) => slot.name));
      expect(Object.keys(rule.parameters).sort()).toEqual([...known[rule.name].parameters].sort());
    }
  });

  it("read schedules and new learning rates", () => {
    const optimizer = optimizers.adam({ learningRate: (step) => 1 / (step + 1) });
    expect(optimizer.rateAt(3)).toBe(0.25);
    optimizer.learningRate = 0.5;
    expect(optimizer.rateAt(3)).toBe(0.5);
    expect(() => {
      optimizer.learningRate = Number.NaN;
    }).toThrow("optimizers.adam: learningRate must be a finite number of at least 0, received NaN.");
    optimizer.learningRate = () => Number.NaN;
    expect(() => optimizer.rateAt(2)).toThrow(
      new RangeError(
        "optimizers.adam: the learning rate of step 2 must be a finite number of at least 0, received NaN.",
      ),
    );
    optimizer.learningRate = (step) => 1 - step;
    expect(optimizer.rateAt(1)).toBe(0);
    expect(() => optimizer.rateAt(2)).toThrow(
      new RangeError(
        "optimizers.adam: the learning rate of step 2 must be a finite number of at least 0, received -1.",
      ),
    );
    optimizer.learningRate = (() => "1") as never;
    expect(() => optimizer.rateAt(0)).toThrow(
      new TypeError(
        'optimizers.adam: the learning rate of step 0 must be a finite number of at least 0, received "1".',
      ),
    );
  });

  it("refuse a schedule without its options", () => {
    const text = (name: string) =>
      `optimizers.adam: learningRate must be a number or a schedule, received function ${name}. ` +
      `Call it: schedules.${name}({ ... }).`;
    expect(() => optimizers.adam({ learningRate: schedules.cosine as never })).toThrow(new TypeError(text("cosine")));
    const optimizer = optimizers.adam();
    expect(() => {
      optimizer.learningRate = schedules.step as never;
    }).toThrow(new TypeError(text("step")));
    expect(optimizer.learningRate).toBe(0.001);
  });

  it("are found by name", () => {
    expect(resolveOptimizer("optimizer", "adamw").name).toBe("adamw");
    expect(resolveOptimizer("optimizer", optimizers.sgd).name).toBe("sgd");
    expect(() => resolveOptimizer("optimizer", "adm")).toThrow('received "adm". Did you mean "adam"?');
    expect(() => resolveOptimizer("optimizer", "constructor")).toThrow("expected a known name");
    expect(() => resolveOptimizer("optimizer", 3)).toThrow(TypeError);
  });

  it("refuse options outside their range", () => {
    expect(() => optimizers.sgd({ momentum: 2 })).toThrow(
      "optimizers.sgd: momentum must be a number in [0, 1], received 2.",
    );
    const { adam, adamw, adamax, nadam, radam, lamb, scheduleFreeAdamW } = optimizers;
    for (const make of [adam, adamw, adamax, nadam, radam, lamb, scheduleFreeAdamW]) {
      for (const beta of ["beta1", "beta2"]) {
        expect(() => make({ [beta]: 1 })).toThrow(
          new RangeError(`optimizers.${make.name}: ${beta} must be a number in [0, 1), received 1.`),
        );
      }
    }
    for (const beta of ["adamBeta1", "adamBeta2"]) {
      expect(() => optimizers.muon({ [beta]: 1 })).toThrow(
        new RangeError(`optimizers.muon: ${beta} must be a number in [0, 1), received 1.`),
      );
    }
    expect(() => optimizers.lion({ beta1: 0 })).toThrow(
      "optimizers.lion: beta1 must be a number in (0, 1], received 0.",
    );
    expect(() => optimizers.adagrad({ initialAccumulatorValue: -1 })).toThrow(
      "optimizers.adagrad: initialAccumulatorValue must be a finite number of at least 0, received -1.",
    );
    expect(() => optimizers.adadelta({ rho: 1.5 })).toThrow(
      "optimizers.adadelta: rho must be a number in [0, 1], received 1.5.",
    );
    expect(() => optimizers.ftrl({ learningRatePower: 0.5 })).toThrow(
      "optimizers.ftrl: learningRatePower must be a finite number of at most 0, received 0.5.",
    );
    expect(() => optimizers.ftrl({ weightDecay: 0.1 } as object)).toThrow(
      'optimizers.ftrl: expected a known option, received "weightDecay".',
    );
    expect(() => optimizers.rprop({ etas: [0, 1.2] })).toThrow(
      "optimizers.rprop: etas[0] must be a number in (0, 1], received 0.",
    );
    expect(() => optimizers.rprop({ etas: 0.5 as never })).toThrow(
      new TypeError("optimizers.rprop: etas must be an array of two numbers, received 0.5."),
    );
    expect(() => optimizers.rprop({ stepSizes: [2, 1] })).toThrow(
      "optimizers.rprop: stepSizes must rise, received [2, 1].",
    );
    expect(() => optimizers.adam({ lr: 1 } as object)).toThrow(
      'optimizers.adam: expected a known option, received "lr".',
    );
  });
});
