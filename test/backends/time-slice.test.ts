// Slices of work on the JavaScript thread: results, errors, and the event loop's turns.
import { describe, expect, it, vi } from "vitest";
import { type Interruptible, nextTurn, now, runSliced, runToEnd } from "../../src/backends/time-slice.js";

/** Work of `pieces` pieces that take `milliseconds` each. */
function* busy(pieces: number, milliseconds: number): Interruptible<number> {
  for (let i = 0; i < pieces; i++) {
    const end = now() + milliseconds;
    while (now() < end);
    yield;
  }
  return pieces;
}

// biome-ignore lint/correctness/useYield: it is interrupted by its error
function* failing(): Interruptible<number> {
  throw new Error("failed");
}

/** Turns of the event loop while `work` goes on. */
async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let running = true;
  const count = () => {
    turns++;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  await work();
  running = false;
  return turns;
}

describe("runToEnd", () => {
  it("gives the result, or the error", () => {
    expect(runToEnd(busy(5, 0))).toBe(5);
    expect(() => runToEnd(failing())).toThrow("failed");
  });
});

describe("runSliced", () => {
  it("gives the result, or the error", async () => {
    expect(await runSliced(busy(5, 0))).toBe(5);
    await expect(runSliced(failing())).rejects.toThrow("failed");
  });

  it("gives the event loop its turns within long work", async () => {
    expect(await countTurns(() => runSliced(busy(60, 2)))).toBeGreaterThanOrEqual(6);
  });

  it("gives the event loop its turns among many short pieces of work", async () => {
    const turns = await countTurns(async () => {
      for (let i = 0; i < 60; i++) await runSliced(busy(1, 2));
    });
    expect(turns).toBeGreaterThanOrEqual(6);
  });
});

describe("nextTurn", () => {
  it("lets timers run", async () => {
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 0);
    const end = now() + 5;
    while (now() < end);
    await nextTurn();
    await nextTurn();
    expect(fired).toBe(true);
  });

  it("does it by a message where there is no setImmediate, as in browsers", async () => {
    vi.stubGlobal("setImmediate", undefined);
    try {
      let fired = false;
      setTimeout(() => {
        fired = true;
      }, 0);
      const end = now() + 1000;
      while (!fired && now() < end) await nextTurn();
      expect(fired).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
