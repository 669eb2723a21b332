import { describe, expect, it } from "vitest";
import * as schedules from "../../src/schedules/index.js";

describe("schedules", () => {
  it("follow their formulas", () => {
    expect(schedules.constant({ learningRate: 0.1 })(1000)).toBe(0.1);
    const step = schedules.step({ initialLearningRate: 1, stepSize: 10 });
    expect([0, 9, 10, 25].map(step)).toEqual([1, 1, 0.1, 0.1 ** 2]);
    const multi = schedules.multiStep({ initialLearningRate: 1, milestones: [10, 20], gamma: 0.5 });
    expect([9, 10, 19, 20].map(multi)).toEqual([1, 0.5, 0.5, 0.25]);
    const exponential = schedules.exponential({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 });
    expect([0, 20].map(exponential)).toEqual([1, 0.25]);
    expect(exponential(5)).toBeCloseTo(Math.SQRT1_2, 12);
    const stairs = schedules.exponential({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5, staircase: true });
    expect([9, 10].map(stairs)).toEqual([1, 0.5]);
    expect(schedules.inverseTime({ initialLearningRate: 1, decaySteps: 10, decayRate: 1 })(10)).toBe(0.5);
  });

  it("decay to their end", () => {
    const linear = schedules.polynomial({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 });
    expect([0, 5, 10, 99].map(linear)).toEqual([1, 0.5, 0, 0]);
    // Keras: with cycle the period grows to the next multiple.
    const cycle = schedules.polynomial({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0, cycle: true });
    expect(cycle(15)).toBeCloseTo(0.25, 12);
    const cosine = schedules.cosine({
      initialLearningRate: 0,
      warmupTarget: 1,
      warmupSteps: 10,
      decaySteps: 10,
      alpha: 0.1,
    });
    expect([0, 5, 10].map(cosine)).toEqual([0, 0.5, 1]);
    expect(cosine(15)).toBeCloseTo(0.55, 12);
    expect(cosine(1000)).toBeCloseTo(0.1, 12);
  });

  it("refuse bad options", () => {
    expect(() => schedules.step({ initialLearningRate: -1, stepSize: 10 })).toThrow(
      "schedules.step: learningRate must be a finite number of at least 0, received -1.".replace(
        "learningRate",
        "initialLearningRate",
      ),
    );
    expect(() => schedules.multiStep({ initialLearningRate: 1, milestones: [20, 10] })).toThrow(
      "schedules.multiStep: milestones must rise, received [20, 10].",
    );
    expect(() => schedules.cosine({ initialLearningRate: 1, decaySteps: 0 })).toThrow(
      "schedules.cosine: decaySteps must be a positive integer, received 0.",
    );
  });
});
