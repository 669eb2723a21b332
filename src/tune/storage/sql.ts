// A study in a database of SQL, in Optuna's tables.

import { explain, FormatError } from "../../errors.js";
import { type Assignment, type Direction, newRecord, type TrialRecord } from "../records.js";
import { type Dialect, schemaStatements, schemaVersion } from "./sql-schema.js";
import {
  directionNames,
  distributionJson,
  joinNumber,
  parseDistribution,
  parseTime,
  splitNumber,
  stateNames,
  stateOf,
  timeText,
} from "./sql-values.js";
import type { OpenedStudy, Storage, StoredStudy } from "./storage.js";

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;
/** Runs one statement, with a `?` for each value, and gives its rows. */
export type Query = (sql: string, values?: readonly SqlValue[]) => Promise<SqlRow[]>;

/** One connection. Calls wait for each other. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  query: Query;
  /** All or nothing, and nobody else writes meanwhile. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Reads that all see the same moment. */
  snapshot<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Who runs a trial: to find out whether it still does. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
}

export interface SqlOptions {
  readonly address: string;
  readonly self: ProcessIdentity;
  /** Whether a process of this machine lives. */
  alive(pid: number): boolean;
  connect(where: string, create: boolean): Promise<SqlDatabase>;
}

const silentSeconds = 60;

export function sqlStorage(options: SqlOptions): Storage {
  return {
    async open(where, name, { direction, create }) {
      const database = await options.connect(where, create);
      try {
        await prepare(where, options.address, database);
        return await openStudy(where, name, direction, create, database, options);
      } catch (error) {
        await database.close();
        throw error;
      }
    },
  };
}

/** Makes the tables in an empty database; refuses those of another kind or version. */
async function prepare(where: string, address: string, database: SqlDatabase): Promise<void> {
  await database.transaction(async (query) => {
    const tables =
      database.dialect === "sqlite"
        ? await query("SELECT name FROM sqlite_master WHERE type = 'table'")
        : await query("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()");
    const names = new Set(tables.map(({ name }) => name));
    if (names.has("alembic_version")) {
      const [row] = await query("SELECT version_num FROM alembic_version");
      if (row?.version_num === schemaVersion) return;
      const remedy = "Upgrade it with Optuna (optuna storage upgrade), or take another file.";
      const expectation = `expected tables of version ${schemaVersion} in ${address}`;
      throw new FormatError(explain(where, expectation, String(row?.version_num ?? "none"), remedy));
    }
    const own = ["studies", "trials"].some((name) => names.has(name)) || database.dialect === "sqlite";
    if (names.size > 0 && own) {
      const received = `a database with the tables ${[...names].slice(0, 5).join(", ")}`;
      throw new FormatError(explain(where, `expected a database of studies in ${address}`, received));
    }
    for (const statement of schemaStatements(database.dialect)) await query(statement);
  });
}

async function openStudy(
  where: string,
  name: string,
  direction: Direction | undefined,
  create: boolean,
  database: SqlDatabase,
  options: SqlOptions,
): Promise<OpenedStudy> {
  return await database.transaction(async (query) => {
    const [found] = await query(
      "SELECT s.study_id, d.direction FROM studies s JOIN study_directions d ON d.study_id = s.study_id " +
        "WHERE s.study_name = ? AND d.objective = 0",
      [name],
    );
    if (found !== undefined) {
      const stored = found.direction === directionNames.maximize ? "maximize" : "minimize";
      if (direction !== undefined && direction !== stored) {
        const expectation = `study "${name}" in ${options.address} has the direction "${stored}"`;
        throw new RangeError(explain(where, expectation, `"${direction}"`, "Take another name."));
      }
      return { study: new SqlStudy(Number(found.study_id), database, options), direction: stored };
    }
    if (!create) {
      const names = (await query("SELECT study_name FROM studies")).map(({ study_name }) => `"${study_name}"`);
      const received = names.length === 0 ? "none at all" : names.slice(0, 10).join(", ");
      throw new RangeError(explain(where, `expected a study "${name}" in ${options.address}`, received));
    }
    const chosen = direction ?? "minimize";
    const [row] = await query("INSERT INTO studies (study_name) VALUES (?) RETURNING study_id", [name]);
    const id = Number(row?.study_id);
    await query("INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, 0)", [
      directionNames[chosen],
      id,
    ]);
    return { study: new SqlStudy(id, database, options), direction: chosen };
  });
}

class SqlStudy implements StoredStudy {
  readonly shared = true;
  readonly #id: number;
  readonly #database: SqlDatabase;
  readonly #options: SqlOptions;
  /** trials.trial_id by number, of those that this process has seen. */
  readonly #ids = new Map<number, number>();

  constructor(id: number, database: SqlDatabase, options: SqlOptions) {
    this.#id = id;
    this.#database = database;
    this.#options = options;
  }

  async load(from: number): Promise<TrialRecord[]> {
    return await this.#database.snapshot(async (query) => {
      const chosen = "FROM trials t JOIN # x ON x.trial_id = t.trial_id WHERE t.study_id = ? AND t.number >= ?";
      const select = async (columns: string, table: string, rest = "") =>
        await query(`SELECT t.number, ${columns} ${chosen.replace("#", table)} ${rest}`, [this.#id, from]);
      const rows = await query(
        "SELECT trial_id, number, state, CAST(datetime_start AS TEXT) AS started, " +
          "CAST(datetime_complete AS TEXT) AS finished FROM trials WHERE study_id = ? AND number >= ? ORDER BY number",
        [this.#id, from],
      );
      const records = new Map<number, TrialRecord>();
      for (const row of rows) {
        const state = stateOf(row.state);
        if (state === undefined) continue;
        const number = Number(row.number);
        this.#ids.set(number, Number(row.trial_id));
        const started = parseTime(row.started) ?? new Date(0);
        records.set(number, { ...newRecord(number, started), state, finished: parseTime(row.finished) });
      }
      const place = `trial of ${this.#options.address}`;
      for (const row of await select(
        "x.param_name, x.param_value, x.distribution_json",
        "trial_params",
        "ORDER BY x.param_id",
      )) {
        const distribution = parseDistribution(place, row.distribution_json);
        const assignment = { distribution, internal: Number(row.param_value) };
        records.get(Number(row.number))?.parameters.set(String(row.param_name), assignment);
      }
      const reports = "x.step, x.intermediate_value AS value, x.intermediate_value_type AS kind";
      for (const row of await select(reports, "trial_intermediate_values", "ORDER BY x.trial_intermediate_value_id")) {
        records.get(Number(row.number))?.reports.set(Number(row.step), joinNumber(row.value, row.kind));
      }
      for (const row of await select("x.value, x.value_type AS kind", "trial_values", "AND x.objective = 0")) {
        const record = records.get(Number(row.number));
        if (record !== undefined) record.value = joinNumber(row.value, row.kind);
      }
      for (const row of await select("x.value_json", "trial_user_attributes", "AND x.\"key\" = 'reason'")) {
        const record = records.get(Number(row.number));
        if (record !== undefined) record.reason = String(JSON.parse(String(row.value_json)));
      }
      return [...records.values()];
    });
  }

  async begin(limit: number): Promise<TrialRecord | null> {
    return await this.#database.transaction(async (query) => {
      const number = await this.#nextNumber(query);
      if (number >= limit) return null;
      const record = newRecord(number);
      const id = await this.#insert(query, record);
      await query(
        "INSERT INTO trial_system_attributes (trial_id, \"key\", value_json) VALUES (?, 'feedforward:process', ?)",
        [id, JSON.stringify(this.#options.self)],
      );
      await beat(query, id);
      return record;
    });
  }

  async assign(number: number, name: string, { distribution, internal }: Assignment): Promise<void> {
    await this.#database.query(
      "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)",
      [this.#trial(number), name, internal, distributionJson(distribution)],
    );
  }

  async report(number: number, step: number, value: number): Promise<void> {
    await this.#database.query(
      "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) " +
        "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [this.#trial(number), step, ...splitNumber(value)],
    );
  }

  async finish(record: TrialRecord): Promise<boolean> {
    return await this.#database.transaction(async (query) => {
      const id = this.#trial(record.number);
      const ended = await query(
        "UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ? AND state = 'RUNNING' RETURNING trial_id",
        [stateNames[record.state], timeText(record.finished ?? new Date()), id],
      );
      if (ended.length === 0) return false;
      await this.#outcome(query, id, record);
      await query("DELETE FROM trial_heartbeats WHERE trial_id = ?", [id]);
      return true;
    });
  }

  async beat(numbers: readonly number[]): Promise<void> {
    if (numbers.length === 0) return;
    await this.#database.transaction(async (query) => {
      for (const number of numbers) await beat(query, this.#trial(number));
    });
  }

  async lost(): Promise<{ number: number; reason: string }[]> {
    const age =
      this.#database.dialect === "sqlite"
        ? "strftime('%s', 'now') - strftime('%s', h.heartbeat)"
        : "EXTRACT(EPOCH FROM CURRENT_TIMESTAMP AT TIME ZONE 'UTC' - h.heartbeat)";
    const rows = await this.#database.query(
      `SELECT t.number, a.value_json, ${age} AS age FROM trials t JOIN trial_heartbeats h ON h.trial_id = t.trial_id ` +
        "JOIN trial_system_attributes a ON a.trial_id = t.trial_id AND a.\"key\" = 'feedforward:process' " +
        "WHERE t.study_id = ? AND t.state = 'RUNNING'",
      [this.#id],
    );
    return rows.flatMap((row) => {
      const reason = this.#reasonOfLoss(JSON.parse(String(row.value_json)), Number(row.age));
      return reason === undefined ? [] : [{ number: Number(row.number), reason }];
    });
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #reasonOfLoss({ host, pid, started }: ProcessIdentity, age: number): string | undefined {
    const { self, alive } = this.#options;
    const ended = `its process ended (${host}, pid ${pid})`;
    if (host === self.host && pid === self.pid) return Math.abs(started - self.started) > 2000 ? ended : undefined;
    if (host === self.host && !alive(pid)) return ended;
    return age > silentSeconds
      ? `its process gave no sign of life for ${silentSeconds} s (${host}, pid ${pid})`
      : undefined;
  }

  #trial(number: number): number {
    const id = this.#ids.get(number);
    if (id === undefined) throw new RangeError(explain("study", "expected a trial of the storage", number));
    return id;
  }

  /** The row of the study is locked, so that no number is given twice. */
  async #nextNumber(query: Query): Promise<number> {
    const lock = this.#database.dialect === "postgresql" ? " FOR UPDATE" : "";
    await query(`SELECT study_id FROM studies WHERE study_id = ?${lock}`, [this.#id]);
    const [row] = await query("SELECT COUNT(*) AS count FROM trials WHERE study_id = ?", [this.#id]);
    return Number(row?.count);
  }

  async #insert(query: Query, { number, state, started, finished }: TrialRecord): Promise<number> {
    const [row] = await query(
      "INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?) " +
        "RETURNING trial_id",
      [number, this.#id, stateNames[state], timeText(started), finished === null ? null : timeText(finished)],
    );
    const id = Number(row?.trial_id);
    this.#ids.set(number, id);
    return id;
  }

  async #outcome(query: Query, id: number, { value, reason }: TrialRecord): Promise<void> {
    if (value !== null) {
      await query("INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, 0, ?, ?)", [
        id,
        ...splitNumber(value),
      ]);
    }
    if (reason !== null) {
      await query("INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES (?, 'reason', ?)", [
        id,
        JSON.stringify(reason),
      ]);
    }
  }
}

async function beat(query: Query, id: number): Promise<void> {
  await query(
    "INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (?, CURRENT_TIMESTAMP) " +
      "ON CONFLICT (trial_id) DO UPDATE SET heartbeat = CURRENT_TIMESTAMP",
    [id],
  );
}
