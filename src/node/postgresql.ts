// PostgreSQL for studies that several machines share, by the package pg.

import { explain } from "../errors.js";
import type { Query, SqlDatabase, SqlRow } from "../tune/storage/sql.js";
import { importOptional } from "./optional-package.js";
import { inTransaction, Serial } from "./serial.js";

interface Client {
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<{ rows: SqlRow[] }>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

interface Library {
  readonly Client: new (options: { connectionString: string; connectionTimeoutMillis: number }) => Client;
}

/** "feed" as a number: the lock of those who write. */
const writeLock = 0x66656564;

export async function openPostgresql(where: string, address: string): Promise<SqlDatabase> {
  const remedy = "Install it: npm install pg.";
  const { Client } = await importOptional<Library>(where, "pg", "expected the package pg for PostgreSQL", remedy);
  const client = new Client({ connectionString: address, connectionTimeoutMillis: 10_000 });
  // Without a listener a connection that breaks would end the process. The next statement tells of it.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SET TIME ZONE 'UTC'");
  } catch (error) {
    await client.end().catch(() => {});
    throw inWords(where, address, error);
  }
  const serial = new Serial();
  const run: Query = async (sql, values = []) => {
    let place = 0;
    const numbered = sql.replace(/\?/g, () => `$${++place}`);
    try {
      return (await client.query(numbered, values)).rows;
    } catch (error) {
      throw inWords(where, address, error);
    }
  };
  const together = <T>(begin: readonly string[], work: (query: Query) => Promise<T>) =>
    serial.run(() => inTransaction(run, begin, work));
  return {
    dialect: "postgresql",
    query: (sql, values) => serial.run(() => run(sql, values)),
    transaction: (work) => together(["BEGIN", `SELECT pg_advisory_xact_lock(${writeLock})`], work),
    snapshot: (work) => together(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], work),
    close: () => serial.run(async () => await client.end()),
  };
}

/** Addresses appear in messages. */
export function withoutPassword(address: string): string {
  return address.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@");
}

function inWords(where: string, address: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
  return new Error(explain(where, `expected a PostgreSQL server at ${withoutPassword(address)}`, reason), {
    cause: error,
  });
}
