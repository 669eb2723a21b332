import { describe, expect, it } from "vitest";
import { Pace } from "../../src/models/pace.js";

describe("the pace", () => {
  it("begins with one step and grows to the time that a call may take", () => {
    const pace = new Pace(true);
    const seen: number[] = [];
    for (let i = 0; i < 6; i++) {
      seen.push(pace.steps);
      pace.observe(pace.steps, pace.steps * 0.01);
    }
    expect(seen[0]).toBe(1);
    expect(seen[1]).toBe(16);
    expect(seen.at(-1)).toBe(6000);
  });

  it("stays at one step for slow networks, and ignores calls without a step", () => {
    const pace = new Pace(false);
    pace.observe(1, 500);
    expect(pace.steps).toBe(1);
    pace.observe(0, 5);
    expect(pace.estimate(2)).toBe(1000);
  });
});
