// An objective for threads: dies, throws, is pruned, returns what it was told; see workers.test.ts.

import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";

export async function objective(trial) {
  const x = trial.float("x", 0, 1);
  if (trial.number === 2) process.exit(7);
  if (trial.number === 3) throw new RangeError("too large");
  if (trial.number === 4) {
    trial.report(100, 0);
    if (trial.shouldPrune()) throw trial.pruned();
  }
  if (trial.number === 5) return () => 1;
  if (trial.number === 6) trial.report("text");
  await sleep(20);
  const threads = Number(process.env.FEEDFORWARD_THREADS);
  return trial.categorical("thread", [threadId > 0]) === true && threads === trial.threads ? x : Number.NaN;
}
