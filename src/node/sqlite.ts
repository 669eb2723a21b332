/// <reference types="node" />
// SQLite for studies: node:sqlite where Node has it (22.13 and later), the package better-sqlite3 elsewhere.

import { existsSync } from "node:fs";
import { explain, FormatError } from "../errors.js";
import type { Query, SqlDatabase, SqlRow, SqlValue } from "../tune/storage/sql.js";
import { importOptional } from "./optional-package.js";
import { inTransaction, Serial } from "./serial.js";

/** What both libraries have. */
interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): { all(...values: SqlValue[]): unknown[]; run(...values: SqlValue[]): unknown };
  close(): void;
}

/** How long a process waits for another one's write to end, in milliseconds. */
const defaultPatience = 10_000;

/** Writes reach the operating system at once: what was written survives the end of the process, however it ends. */
export async function openSqlite(
  where: string,
  path: string,
  create: boolean,
  patience = defaultPatience,
): Promise<SqlDatabase> {
  if (!create && !existsSync(path)) {
    throw new RangeError(explain(where, `expected a file ${path}`, "none"));
  }
  const open = await loadLibrary(where, path);
  const attempt = <T>(work: () => T) => patiently(work, patience, (error) => inWords(where, path, error));
  const connection = await attempt(() => open(path));
  const query: Query = async (sql, values = []) =>
    await attempt(() => {
      const statement = connection.prepare(sql);
      if (/^\s*SELECT|RETURNING/i.test(sql)) return statement.all(...values) as SqlRow[];
      statement.run(...values);
      return [];
    });
  try {
    // The event loop must not stand still while another process writes: `patiently` waits instead.
    await attempt(() => connection.exec("PRAGMA busy_timeout = 5"));
    // Readers and a writer do not wait for each other.
    await attempt(() => connection.exec("PRAGMA journal_mode = WAL"));
    await attempt(() => connection.exec("PRAGMA synchronous = NORMAL"));
  } catch (error) {
    connection.close();
    throw error;
  }
  const serial = new Serial();
  const together = <T>(begin: string, work: (query: Query) => Promise<T>) =>
    serial.run(() => inTransaction(query, [begin], work));
  return {
    dialect: "sqlite",
    query: (sql, values) => serial.run(() => query(sql, values)),
    transaction: (work) => together("BEGIN IMMEDIATE", work),
    snapshot: (work) => together("BEGIN", work),
    close: () => serial.run(async () => connection.close()),
  };
}

/** Tries again while another process has the lock. */
async function patiently<T>(work: () => T, patience: number, inOurWords: (error: unknown) => unknown): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (primaryCode(error) !== 5 || performance.now() > end) throw inOurWords(error);
      await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 15));
    }
  }
}

async function loadLibrary(where: string, path: string): Promise<(path: string) => Connection> {
  const builtin = await import("node:sqlite" as string).catch(() => undefined);
  if (builtin !== undefined) return (file) => new builtin.DatabaseSync(file) as Connection;
  const remedy = "Install it (npm install better-sqlite3), or use Node 22.13 or later.";
  const need = `expected the package better-sqlite3 for ${path}`;
  const Database = await importOptional<new (path: string) => Connection>(where, "better-sqlite3", need, remedy);
  return (file) => new Database(file);
}

/** Primary result codes of SQLite, which one library tells as a number and the other as a name. */
const codes = [
  { code: 5, name: "SQLITE_BUSY", text: "one that another process keeps locked" },
  { code: 26, name: "SQLITE_NOTADB", text: "a file of another kind", broken: true },
  { code: 11, name: "SQLITE_CORRUPT", text: "a damaged file", broken: true },
  { code: 14, name: "SQLITE_CANTOPEN", text: "a place where no file can be opened" },
  { code: 8, name: "SQLITE_READONLY", text: "a file that is read-only" },
  { code: 13, name: "SQLITE_FULL", text: "a full disk" },
] as const;

/** As a number, from either library. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return errcode & 0xff;
  if (error instanceof TypeError && /directory does not exist/.test(error.message)) return 14;
  return typeof code === "string" ? codes.find(({ name }) => code.startsWith(name))?.code : undefined;
}

function inWords(where: string, path: string, error: unknown): unknown {
  const known = codes.find(({ code }) => code === primaryCode(error));
  const received = known?.text ?? (error instanceof Error ? error.message : String(error));
  const text = explain(where, `expected a database that can be used in ${path}`, received);
  const broken = known !== undefined && "broken" in known;
  return broken ? new FormatError(text, { cause: error }) : new Error(text, { cause: error });
}
