// The examples run as a user runs them, in a process of their own, on the built package (`npm test` builds it first).

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readMnist } from "../examples/idx.js";

const root = fileURLToPath(new URL("..", import.meta.url));

async function runExample(file: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", `examples/${file}`, ...args], {
    cwd: root,
  });
  return stdout.trimEnd().split("\n");
}

/** The first number after a text. */
function numberAfter(text: string, line: string | undefined): number {
  return Number(line?.slice(line.indexOf(text) + text.length).match(/-?[\d.]+/)?.[0]);
}

describe("examples", () => {
  it("xor learns XOR", async () => {
    const lines = await runExample("xor.ts");
    const outputs = lines.slice(0, 4).map((line) => Math.round(numberAfter("=", line)));
    expect(outputs).toEqual([0, 1, 1, 0]);
  });

  it("custom-loss finds the quantile", async () => {
    const [line] = await runExample("custom-loss.ts");
    expect(Math.abs(numberAfter("y =", line) - 2)).toBeLessThan(0.1);
    expect(Math.abs(numberAfter("x +", line) - 0.9)).toBeLessThan(0.1);
  });

  it("iris tells the species of flowers that it has not seen", async () => {
    const [line] = (await runExample("iris.ts")).slice(-1);
    expect(numberAfter("accuracy", line)).toBeGreaterThan(0.9);
    expect(line).toContain("5.1 3.5 1.4 0.2 is setosa");
  });

  it("functional learns both of its outputs", async () => {
    const lines = (await runExample("functional.ts")).slice(-3);
    expect(numberAfter("mean error", lines[0])).toBeLessThan(0.05);
    expect(numberAfter("accuracy", lines[1])).toBeGreaterThan(0.95);
    expect(Math.abs(numberAfter("0.8):", lines[2]) - 1)).toBeLessThan(0.1);
  });

  it("custom-layer tells the middle from the ring", async () => {
    const [line] = await runExample("custom-layer.ts");
    expect(numberAfter("accuracy", line)).toBeGreaterThan(0.98);
    expect(numberAfter("sure", line)).toBeGreaterThan(0.9);
  });

  it("mnist ends with the line that tells the accuracy", async () => {
    const lines = await runExample("mnist.ts", "--backend", "reference", "--images", "1200", "--epochs", "1");
    const pattern =
      /^test accuracy 0\.\d{4} {2}\(1,000 images\) {2}wall \d+\.\d s {2}backend reference\/javascript threads 1$/;
    expect(lines.at(-1)).toMatch(pattern);
    // Chance is 0.1.
    expect(numberAfter("accuracy", lines.at(-1))).toBeGreaterThan(0.4);
  });
});

describe("readMnist", () => {
  it("reads all of the test images, scaled to [0, 1]", () => {
    const { x, y, rows } = readMnist("t10k");
    expect(rows).toBe(10_000);
    expect(x.length).toBe(rows * 784);
    expect([...y.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(x.reduce((low, value) => Math.min(low, value), 1)).toBe(0);
    expect(x.reduce((high, value) => Math.max(high, value), 0)).toBe(1);
  });

  it("reads a part", () => {
    expect(readMnist("train", 100)).toMatchObject({ rows: 100, x: { length: 78_400 }, y: { length: 100 } });
  });
});
