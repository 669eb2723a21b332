import { describe, expect, it } from "vitest";
import type { CoreRule } from "../../src/graph/compile.js";
import * as optimizers from "../../src/optimizers/index.js";
import { resolveOptimizer } from "../../src/optimizers/resolve.js";
import { optimizers as known } from "../../src/program/ops.gen.js";

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
    ];
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
      "optimizers.adam: the schedule must give a finite number at step 2, received NaN.",
    );
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
    expect(() => optimizers.adam({ beta1: 1 })).toThrow(RangeError);
    expect(() => optimizers.adam({ lr: 1 } as object)).toThrow(
      'optimizers.adam: expected a known option, received "lr".',
    );
  });
});
