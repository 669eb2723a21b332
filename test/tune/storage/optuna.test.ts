// Files that Optuna reads and writes. That Optuna opens ours was tried by hand; here its tables are compared with those of a file that
// it made itself: test/fixtures/make_optuna.py.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStudy, type Trial, tune } from "../../../src/node.js";
import { openSqlite } from "../../../src/node/sqlite.js";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly key: boolean;
}

interface Fixture {
  readonly columns: Readonly<Record<string, readonly Column[]>>;
  readonly dump: readonly string[];
  readonly trials: readonly {
    readonly number: number;
    readonly state: string;
    readonly value: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly intermediate: Readonly<Record<string, string>>;
  }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../../fixtures/optuna.json", import.meta.url), "utf8"));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feedforward-optuna-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Python's spelling. */
function numberOf(text: string): number | null {
  const special: Readonly<Record<string, number | null>> = {
    None: null,
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    "-inf": Number.NEGATIVE_INFINITY,
  };
  return text in special ? (special[text] as number | null) : Number(text);
}

async function fromOptuna(path: string): Promise<void> {
  const database = await openSqlite("test", path, true);
  // A dump has rows before the tables that they refer to.
  await database.query("PRAGMA foreign_keys = OFF");
  for (const statement of fixture.dump) await database.query(statement.replace(/;$/, ""));
  await database.close();
}

describe("Optuna's files", () => {
  it("are read: all trials but those in its queue", async () => {
    const path = join(folder, "read.db");
    await fromOptuna(path);
    const study = await loadStudy({ storage: path, name: "optuna" });
    const expected = fixture.trials.filter(({ state }) => state !== "WAITING");
    expect(study.direction).toBe("maximize");
    expect(
      study.trials.map(({ number, state, value, params, intermediateValues }) => {
        return { number, state, value, params, intermediateValues };
      }),
    ).toEqual(
      expected.map(({ number, state, value, params, intermediate }) => ({
        number,
        state: state === "FAIL" ? "failed" : state.toLowerCase(),
        value: numberOf(value),
        params,
        intermediateValues: Object.entries(intermediate).map(([step, text]) => ({
          step: Number(step),
          value: numberOf(text),
        })),
      })),
    );
  });

  it("are gone on with", async () => {
    const path = join(folder, "resumed.db");
    await fromOptuna(path);
    const objective = (trial: Trial) => trial.float("x", 1e-3, 1, { log: true });
    const study = await tune(objective, { storage: path, name: "optuna", trials: 10, seed: 1 });
    expect(study.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9]);
  });

  it("have the same tables as ours", async () => {
    const path = join(folder, "ours.db");
    await tune((trial) => trial.float("x", 0, 1), { storage: path, trials: 1 });
    const database = await openSqlite("test", path, false);
    const rows = await database.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(fixture.columns));
    for (const [table, columns] of Object.entries(fixture.columns)) {
      const found = await database.query(`SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`);
      const ours = found.map(({ name, type, notnull, pk }) => {
        return { name, type: String(type).split("(")[0], required: notnull === 1, key: pk === 1 };
      });
      expect(ours, table).toEqual(columns);
    }
    const version = (text: string) => fixture.dump.find((line) => line.includes(`INTO "${text}"`));
    expect(version("alembic_version")).toContain("v3.2.0.a");
    expect(version("version_info")).toContain("(1,12,");
    await database.close();
  });

  it("have the same rows for the same trial", async () => {
    const path = join(folder, "rows.db");
    await fromOptuna(path);
    const [theirs] = fixture.trials;
    const first = [theirs?.params as Record<string, never>];
    const ours = join(folder, "our-rows.db");
    const objective = (trial: Trial) => {
      const x = trial.float("x", 1e-3, 1, { log: true });
      const n = trial.int("n", 2, 8, { step: 2 });
      trial.categorical("kind", ["a", null, true, 2]);
      trial.float("step", 0, 1, { step: 0.25 });
      for (const [step, value] of [
        [0, x],
        [1, Number.NaN],
        [3, Number.NEGATIVE_INFINITY],
      ] as const)
        trial.report(value, step);
      return x + n;
    };
    await tune(objective, { storage: ours, name: "optuna", direction: "maximize", trials: 1, first });
    const read = async (file: string) => {
      const database = await openSqlite("test", file, false);
      const of = async (columns: string, table: string) =>
        await database.query(`SELECT ${columns} FROM ${table} WHERE trial_id = 1`);
      const params = await of("param_name, param_value, distribution_json", "trial_params");
      const found = {
        params: params.map(({ param_name, param_value, distribution_json }) => {
          return { param_name, param_value, distribution: JSON.parse(String(distribution_json)) };
        }),
        reports: await of("step, intermediate_value, intermediate_value_type", "trial_intermediate_values"),
        values: await of("objective, value, value_type", "trial_values"),
        trial: await of(
          "number, study_id, state, length(datetime_start) AS start, length(datetime_complete) AS complete",
          "trials",
        ),
        direction: await database.query("SELECT direction, study_id, objective FROM study_directions"),
      };
      await database.close();
      return found;
    };
    expect(await read(ours)).toEqual(await read(path));
  });
});
