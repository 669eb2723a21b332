import { describe, expect, it } from "vitest";
import { defaultParams } from "../../src/estimators/options.js";
import { nextLearningRate, TrainingRecord } from "../../src/estimators/training-record.js";

const params = { ...defaultParams, nIterNoChange: 2, tol: 0.1 };
const adaptive = { ...params, solver: "sgd", learningRate: "adaptive" } as const;

describe("TrainingRecord", () => {
  it("stops after more than nIterNoChange losses in a row without improvement", () => {
    const record = new TrainingRecord();
    const verdicts = [1, 0.95, 0.94, 0.93, 0.5, 0.49, 0.48, 0.47].map((loss) => {
      record.addLoss(loss, params.tol);
      return record.verdict(params, 0.001);
    });
    // 0.93 is the third in a row; so is 0.47.
    expect(verdicts).toEqual(["go on", "go on", "go on", "stop", "go on", "go on", "go on", "stop"]);
    expect(record.bestLoss).toBe(0.47);
  });

  it("slows down with the adaptive rate, until it is too small", () => {
    const record = new TrainingRecord();
    for (const loss of [1, 1, 1, 1]) record.addLoss(loss, params.tol);
    expect(record.verdict(adaptive, 0.1)).toBe("slow down");
    expect(record.verdict(adaptive, 0.1)).toBe("go on");
    for (const loss of [1, 1, 1]) record.addLoss(loss, params.tol);
    expect(record.verdict(adaptive, 1e-6)).toBe("stop");
  });

  it("tells the best scores", () => {
    const record = new TrainingRecord();
    expect([0.5, 0.4, 0.55, 0.7].map((score) => record.addScore(score, params.tol))).toEqual([true, false, true, true]);
    expect(record.verdict(params, 0.001)).toBe("go on");
    expect(record).toMatchObject({ bestScore: 0.7, validationScores: [0.5, 0.4, 0.55, 0.7] });
  });
});

describe("nextLearningRate", () => {
  it("follows the rule", () => {
    expect(nextLearningRate(params, 0.01, 99, "go on")).toBe(0.01);
    expect(nextLearningRate(adaptive, 0.01, 99, "slow down")).toBe(0.002);
    const scaling = { ...params, solver: "sgd", learningRate: "invscaling" } as const;
    expect(nextLearningRate(scaling, 0.5, 99, "go on")).toBeCloseTo(0.0001, 12);
    expect(nextLearningRate({ ...scaling, solver: "adam" }, 0.5, 99, "go on")).toBe(0.5);
  });
});
