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

  it("stay at their end, and hold the edges of their parts", () => {
    const cycle = schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10 });
    expect(cycle(9)).toBeCloseTo(4e-6, 15);
    expect(cycle(1000)).toBe(cycle(9));
    expect(schedules.oneCycle({ maxLearningRate: 1, totalSteps: 1 })(0)).toBeCloseTo(4e-6, 15);
    expect(schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart: 1 })(9)).toBe(1);
    const pieces = schedules.piecewise({ boundaries: [], values: [0.5] });
    expect([0, 100].map(pieces)).toEqual([0.5, 0.5]);
    const parts = schedules.sequential({
      schedules: [schedules.linear({ initialLearningRate: 0, endLearningRate: 1, decaySteps: 10 }), 0.25],
      milestones: [10],
    });
    expect([0, 5, 9, 10, 99].map(parts)).toEqual([0, 0.5, 0.9, 0.25, 0.25]);
  });

  it("know their names and options", () => {
    const line = schedules.linear({ initialLearningRate: 1, decaySteps: 10 });
    expect(line.name).toBe("linear");
    expect(line).toHaveProperty("config", { initialLearningRate: 1, endLearningRate: 0, decaySteps: 10 });
  });

  it("refuse bad options", () => {
    expect(() => schedules.step({ initialLearningRate: -1, stepSize: 10 })).toThrow(
      "schedules.step: learningRate must be a finite number of at least 0, received -1.".replace(
        "learningRate",
        "initialLearningRate",
      ),
    );
    for (const decay of [schedules.exponential, schedules.inverseTime]) {
      const options = { initialLearningRate: 1, decaySteps: 1, decayRate: 1, staircase: "yes" as never };
      expect(() => decay(options)).toThrow(
        new TypeError(`schedules.${decay.name}: staircase must be true or false, received "yes".`),
      );
    }
    expect(() => schedules.polynomial({ initialLearningRate: 1, decaySteps: 1, cycle: 1 as never })).toThrow(
      new TypeError("schedules.polynomial: cycle must be true or false, received 1."),
    );
    expect(() => schedules.multiStep({ initialLearningRate: 1, milestones: [20, 10] })).toThrow(
      "schedules.multiStep: milestones must rise, received [20, 10].",
    );
    expect(() => schedules.multiStep({ initialLearningRate: 1, milestones: 3 as never })).toThrow(
      new TypeError("schedules.multiStep: milestones must be an array, received 3."),
    );
    expect(() => schedules.piecewise({ boundaries: [10], values: [1] })).toThrow(
      new RangeError("schedules.piecewise: values must be one more than boundaries, 2, received 1."),
    );
    expect(() => schedules.piecewise({ boundaries: [10, 10], values: [1, 2, 3] })).toThrow(
      "schedules.piecewise: boundaries must rise, received [10, 10].",
    );
    expect(() => schedules.piecewise({ boundaries: [10], values: [1, -1] })).toThrow(
      "schedules.piecewise: values[1] must be a finite number of at least 0, received -1.",
    );
    expect(() => schedules.sequential({ schedules: [1, "cosine" as never], milestones: [5] })).toThrow(
      new TypeError('schedules.sequential: schedules[1] must be a finite number of at least 0, received "cosine".'),
    );
    expect(() => schedules.sequential({ schedules: [1], milestones: [5] })).toThrow(
      "schedules.sequential: schedules must be one more than milestones, 2, received 1.",
    );
    expect(() => schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, annealStrategy: "cosine" as "cos" })).toThrow(
      'schedules.oneCycle: expected a known name, received "cosine".',
    );
    expect(() => schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart: 1.5 })).toThrow(
      "schedules.oneCycle: pctStart must be a number in [0, 1], received 1.5.",
    );
    expect(() => schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, divFactor: 0 })).toThrow(
      "schedules.oneCycle: divFactor must be a positive number, received 0.",
    );
    expect(() =>
      schedules.cyclic({ baseLearningRate: 0, maxLearningRate: 1, mode: "triangle" as "triangular" }),
    ).toThrow('schedules.cyclic: expected a known name, received "triangle".');
    expect(() => schedules.cyclic({ baseLearningRate: 0, maxLearningRate: 1, stepSizeUp: 0 })).toThrow(
      "schedules.cyclic: stepSizeUp must be a positive integer, received 0.",
    );
    expect(() => schedules.cosineRestarts({ initialLearningRate: 1, firstDecaySteps: 10, tMul: 0.5 })).toThrow(
      "schedules.cosineRestarts: tMul must be a finite number of at least 1, received 0.5.",
    );
    expect(() => schedules.linear({ initialLearningRate: 1, decaySteps: 1.5 })).toThrow(
      "schedules.linear: decaySteps must be a positive integer, received 1.5.",
    );
    expect(() => schedules.cosine({ initialLearningRate: 1, decaySteps: 0 })).toThrow(
      "schedules.cosine: decaySteps must be a positive integer, received 0.",
    );
  });
});
