// A search that is killed in the middle of a trial: see sqlite.test.ts.

import { tune } from "../../../src/node.js";

await tune(
  async (trial) => {
    const x = trial.float("x", 0, 1);
    trial.report(trial.number);
    if (trial.number < 3) return x;
    // The storage has everything before the process says so.
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(`trial ${trial.number}`);
    return await new Promise<number>((resolve) => setTimeout(() => resolve(0), 600_000));
  },
  { storage: process.argv[2] as string, trials: 100 },
);
