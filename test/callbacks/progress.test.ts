import { describe, expect, it } from "vitest";
import { Progress } from "../../src/callbacks/progress.js";

function writer(isTTY: boolean) {
  const parts: string[] = [];
  return { parts, isTTY, columns: 200, write: (text: string) => void parts.push(text) };
}

describe("progress", () => {
  it("writes a line an epoch into a pipe", () => {
    const pipe = writer(false);
    const progress = new Progress(1, pipe, 2);
    expect(progress.everyEpoch).toBe(true);
    for (const epoch of [0, 1]) {
      progress.beginEpoch();
      progress.step({ epoch, done: 1, rows: 8, steps: 10 }, () => ({ loss: 1 }));
      progress.endEpoch({ epoch, done: 10, rows: 80 }, { loss: 0.5, accuracy: 1, tiny: 1.25e-5 });
    }
    expect(pipe.parts.join("")).toMatch(
      /^Epoch 1\/2 {2}10\/10 {2}\d+\.\d s {2}[\d,.]+ samples\/s {2}loss: 0\.5000 {2}accuracy: 1\.0000 {2}tiny: 1\.250e-5\nEpoch 2\/2 .*\n$/,
    );
  });

  it("redraws a bar on a terminal", () => {
    const terminal = writer(true);
    const progress = new Progress(1, terminal, 1);
    progress.beginEpoch();
    progress.step({ epoch: 0, done: 5, rows: 40, steps: 10 }, () => ({ loss: 1 }));
    progress.close();
    expect(terminal.parts.join("")).toMatch(
      /^\rEpoch 1\/1 {2}5\/10 \[={10}>\.{9}\] \d+ s left {2}[\d,.]+ samples\/s {2}loss: 1\.0000\n$/,
    );
  });

  it("writes speeds with three digits, in groups", () => {
    const pipe = writer(false);
    const progress = new Progress(1, pipe, 1);
    progress.beginEpoch();
    progress.endEpoch({ epoch: 0, done: 1, rows: 1e12 }, { loss: 1 });
    expect(pipe.parts[0]).toMatch(/ {2}\d{1,3}(,\d{3}){4,} samples\/s /);
  });

  it("is silent on request, and by default in a pipe", () => {
    expect(new Progress(0, writer(true), 1).silent).toBe(true);
    expect(new Progress("auto", writer(false), 1).silent).toBe(true);
    const automatic = new Progress("auto", writer(true), 1);
    expect([automatic.silent, automatic.everyEpoch]).toEqual([false, false]);
  });

  it("in automatic mode shows no more than ten epochs a second, and the last one", () => {
    const terminal = writer(true);
    const progress = new Progress("auto", terminal, 1000);
    for (let epoch = 0; epoch < 1000; epoch++) progress.endEpoch({ epoch, done: 1, rows: 1 }, { loss: 1 });
    const lines = terminal.parts.filter((part) => part === "\n").length;
    expect(lines).toBeLessThan(20);
    expect(terminal.parts.at(-2)).toContain("Epoch 1000/1000");
  });
});
