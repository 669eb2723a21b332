import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStudy, type Trial, tune } from "../../../src/node.js";
import { withoutPassword } from "../../../src/node/postgresql.js";
import { type Server, startPostgresql } from "./postgresql-server.js";

let server: Server | undefined;
beforeAll(() => {
  server = startPostgresql();
});
afterAll(() => server?.stop());

describe("studies in PostgreSQL", () => {
  it("are read as they were written", async () => {
    const storage = server?.address as string;
    const objective = (trial: Trial) => {
      const x = trial.float("x", 1e-3, 1, { log: true });
      trial.report(Number.NaN, 1);
      trial.report(Number.NEGATIVE_INFINITY, 5);
      if (trial.number === 1) throw new Error("no luck");
      if (trial.number === 2) throw trial.pruned();
      return trial.categorical("kind", ["a", null, true, 2]) === "a" ? Number.POSITIVE_INFINITY : x;
    };
    const study = await tune(objective, { storage, trials: 8, seed: 1, direction: "maximize", name: "one" });
    const read = await loadStudy({ storage, name: "one" });
    expect(read.direction).toBe("maximize");
    expect(read.trials).toEqual(study.trials);
    expect(read.trials[1]?.reason).toBe("no luck");
    await expect(tune(objective, { storage, name: "one", direction: "minimize" })).rejects.toThrow(
      'has the direction "maximize", received "minimize". Take another name.',
    );
    await expect(loadStudy({ storage, name: "two" })).rejects.toThrow('expected a study "two"');
  });

  it("are shared: each number once", async () => {
    const storage = server?.address as string;
    const one = async (trial: Trial) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return trial.float("x", 0, 1);
    };
    const studies = await Promise.all(
      [1, 2, 3].map((seed) => tune(one, { storage, trials: 24, seed, name: "shared" })),
    );
    for (const study of studies)
      expect(study.trials.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  it("tell when there is no server, without the password", async () => {
    const storage = "postgresql://me:secret@127.0.0.1:1/none";
    await expect(tune(() => 1, { storage })).rejects.toThrow(
      "tune: expected a PostgreSQL server at postgresql://me@127.0.0.1:1/none, received connect ECONNREFUSED 127.0.0.1:1.",
    );
    expect(withoutPassword("postgresql://a@b/c")).toBe("postgresql://a@b/c");
  });
});
