// One execution at a time, cancelling, and disposal while something runs.
import { describe, expect, it } from "vitest";
import { ExecutionLock } from "../../src/backends/execution-lock.js";
import { AbortError, BackendError } from "../../src/errors.js";

describe("ExecutionLock", () => {
  it("refuses a second execution, and forgets the first after an error", async () => {
    const lock = new ExecutionLock("here");
    let finish = () => {};
    const running = lock.async(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    expect(() => lock.sync(() => 1)).toThrow(
      new BackendError("here: a program executes once at a time, received a second call. Await the first one."),
    );
    finish();
    await running;
    const fails = () => {
      throw new Error("broken");
    };
    expect(() => lock.sync(fails)).toThrow("broken");
    await expect(lock.async(async () => fails())).rejects.toThrow("broken");
    expect(lock.sync(() => 2)).toBe(2);
  });

  it("cancels what runs and nothing else", () => {
    const lock = new ExecutionLock("here");
    lock.cancel();
    expect(lock.sync(() => lock.cancelled)).toBe(false);
    const seen = lock.sync(() => {
      lock.cancel();
      return lock.cancelled;
    });
    expect([seen, lock.cancelled]).toEqual([true, false]);
  });

  it("releases once, after the execution that runs", () => {
    const lock = new ExecutionLock("here");
    const events: string[] = [];
    lock.sync(() => {
      lock.dispose(() => events.push("released"));
      lock.dispose(() => events.push("released again"));
      events.push(lock.cancelled ? "cancelled" : "goes on");
    });
    expect(events).toEqual(["cancelled", "released"]);
    expect(() => lock.checkIdle()).toThrow(
      new AbortError("here: expected a live program, received one that was disposed of. Create it anew."),
    );
  });
});
