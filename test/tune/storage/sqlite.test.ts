import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStudy, type Trial, tune } from "../../../src/node.js";
import { openSqlite } from "../../../src/node/sqlite.js";
import { schemaStatements } from "../../../src/tune/storage/sql-schema.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feedforward-studies-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const objective = (trial: Trial) => {
  const x = trial.float("x", 1e-3, 1, { log: true });
  const kind = trial.categorical("kind", ["a", null, true, 2]);
  trial.report(x, 0);
  trial.report(Number.NaN, 1);
  trial.report(Number.NEGATIVE_INFINITY, 5);
  if (trial.number === 1) throw new Error("no luck");
  if (trial.number === 2) throw trial.pruned();
  return kind === "a" ? Number.POSITIVE_INFINITY : x + trial.int("n", 2, 8, { step: 2 });
};

describe("studies in SQLite", () => {
  it("are read as they were written", async () => {
    const storage = join(folder, "written.db");
    const study = await tune(objective, { storage, trials: 8, seed: 1, direction: "maximize", name: "one" });
    const read = await loadStudy({ storage, name: "one" });
    expect(read.direction).toBe("maximize");
    expect(read.trials).toEqual(study.trials);
    expect(read.trials.map(({ state }) => state)).toContain("pruned");
    expect(read.trials[1]?.reason).toBe("no luck");
  });

  it("go on where they were, up to the number of trials in all", async () => {
    const options = { storage: `sqlite:///${join(folder, "resumed.db")}`, seed: 3 } as const;
    const seen: number[] = [];
    const bowl = (trial: Trial) => {
      seen.push(trial.number);
      return (trial.float("x", 0, 1) - 0.3) ** 2;
    };
    const first = await tune(bowl, { ...options, trials: 12 });
    const second = await tune(bowl, { ...options, trials: 20 });
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(second.trials.slice(0, 12)).toEqual(first.trials);
    // As if it had never stopped.
    const whole = await tune(bowl, { trials: 20, seed: 3 });
    expect(second.trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params));
  });

  it("survive the end of a process by SIGKILL: its trial fails, nothing else is lost", async () => {
    const storage = join(folder, "killed.db");
    const child = spawn(process.execPath, [
      "--import",
      "tsx",
      fileURLToPath(new URL("search-forever.ts", import.meta.url)),
      storage,
    ]);
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += String(text);
    });
    await new Promise<void>((resolve, reject) => {
      // It says so in the middle of trial 3.
      child.stdout.on("data", (text) => String(text).includes("trial 3") && resolve());
      child.on("exit", () => reject(new Error(errors)));
    });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    const study = await tune((trial) => trial.float("x", 0, 1), { storage, trials: 6 });
    expect(study.trials.map(({ state }) => state)).toEqual([
      "complete",
      "complete",
      "complete",
      "failed",
      "complete",
      "complete",
    ]);
    expect(study.trials[3]?.reason).toMatch(new RegExp(`^its process ended \\(.*, pid ${child.pid}\\)$`));
    expect(study.trials[3]?.intermediateValues).toEqual([{ step: 0, value: 3 }]);
    expect(Object.keys(study.trials[3]?.params ?? {})).toEqual(["x"]);
  });

  it("are shared: each number once, and everybody learns of all", async () => {
    const storage = join(folder, "shared.db");
    const known: number[] = [];
    const one = async (trial: Trial) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return (trial.float("x", 0, 1) - 0.3) ** 2;
    };
    const searches = [1, 2, 3].map((seed) =>
      tune(one, { storage, trials: 30, seed, onTrial: (_, study) => void known.push(study.trials.length) }),
    );
    const studies = await Promise.all(searches);
    expect(known).toHaveLength(30);
    for (const study of studies)
      expect(study.trials.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    const { trials } = await loadStudy({ storage });
    expect(trials.every(({ state }) => state === "complete")).toBe(true);
  });

  it("refuse another space, another direction, another study", async () => {
    const storage = join(folder, "other.db");
    await tune((trial) => trial.categorical("c", ["a", "b"]).length, { storage, trials: 2 });
    await expect(tune((trial) => trial.categorical("c", ["a", "z"]).length, { storage, trials: 4 })).rejects.toThrow(
      'trial.categorical("c"): expected one of "a", "b", as in trial 0, received one of "a", "z". Take another name for another parameter, or another study.',
    );
    await expect(tune(() => 1, { storage, direction: "maximize" })).rejects.toThrow(
      `tune: study "study" in ${storage} has the direction "minimize", received "maximize". Take another name.`,
    );
    await expect(loadStudy({ storage, name: "mine" })).rejects.toThrow(
      `loadStudy: expected a study "mine" in ${storage}, received "study".`,
    );
    const none = join(folder, "none.db");
    await expect(loadStudy({ storage: none })).rejects.toThrow(`loadStudy: expected a file ${none}, received none.`);
  });

  it("refuse files of another kind, damaged ones and those of another version", async () => {
    const place = (name: string) => join(folder, name);
    const text = place("text.db");
    writeFileSync(text, "x,y\n1,2\n".repeat(2000));
    const message = (path: string, received: string) =>
      `tune: expected a database that can be used in ${path}, received ${received}.`;
    await expect(tune(() => 1, { storage: text })).rejects.toThrow(message(text, "a file of another kind"));
    expect(readFileSync(text, "utf8")).toBe("x,y\n1,2\n".repeat(2000));

    const damaged = place("damaged.db");
    await tune((trial) => trial.float("x", 0, 1), { storage: damaged, trials: 20 });
    const bytes = readFileSync(damaged);
    bytes.fill(0xff, 4096, bytes.length);
    writeFileSync(damaged, bytes);
    await expect(tune(() => 1, { storage: damaged })).rejects.toThrow(message(damaged, "a damaged file"));

    const foreign = place("foreign.db");
    const database = await openSqlite("test", foreign, true);
    await database.query("CREATE TABLE customers (name TEXT)");
    await expect(tune(() => 1, { storage: foreign })).rejects.toThrow(
      `tune: expected a database of studies in ${foreign}, received a database with the tables customers.`,
    );
    await database.close();

    const old = place("old.db");
    const older = await openSqlite("test", old, true);
    for (const statement of schemaStatements("sqlite")) await older.query(statement);
    await older.query("UPDATE alembic_version SET version_num = 'v2.4.0.a'");
    await older.close();
    await expect(tune(() => 1, { storage: old })).rejects.toThrow(
      `tune: expected tables of version v3.2.0.a in ${old}, received v2.4.0.a. Upgrade it with Optuna (optuna storage upgrade), or take another file.`,
    );

    const nowhere = place("no/such/folder/study.db");
    await expect(tune(() => 1, { storage: nowhere })).rejects.toThrow(
      message(nowhere, "a place where no file can be opened"),
    );
  });

  it("tell that a file is locked", async () => {
    const storage = join(folder, "locked.db");
    await tune(() => 1, { storage, trials: 1 });
    const other = await openSqlite("test", storage, true);
    await other.query("BEGIN EXCLUSIVE");
    const third = await openSqlite("tune", storage, true, 100);
    await expect(third.transaction(async () => {})).rejects.toThrow(
      `tune: expected a database that can be used in ${storage}, received one that another process keeps locked.`,
    );
    await third.close();
    await other.query("ROLLBACK");
    expect((await tune(() => 1, { storage, trials: 2 })).trials).toHaveLength(2);
    await other.close();
  });
});
