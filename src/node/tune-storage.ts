/// <reference types="node" />
// Storages of studies by their addresses: files of SQLite, servers of PostgreSQL. Their libraries are loaded when one is opened.

import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { installStorages } from "../tune/storage/access.js";
import { sqlStorage } from "../tune/storage/sql.js";

/** Makes addresses of storages those of files and servers. */
export function installNodeStorages(): void {
  installStorages(async (_where, address) => {
    const self = { host: hostname(), pid: process.pid, started: Date.now() - Math.round(process.uptime() * 1000) };
    if (/^postgres(ql)?:\/\//.test(address)) {
      const { openPostgresql, withoutPassword } = await import("./postgresql.js");
      const connect = (where: string) => openPostgresql(where, address);
      return sqlStorage({ address: withoutPassword(address), self, alive, connect });
    }
    const { openSqlite } = await import("./sqlite.js");
    const path = pathOf(address);
    return sqlStorage({ address: path, self, alive, connect: (where, create) => openSqlite(where, path, create) });
  });
}

/** `study.db`, `file:///...` or, as Optuna has it, `sqlite:///study.db` and `sqlite:////absolute/study.db`. */
function pathOf(address: string): string {
  if (address.startsWith("file://")) return fileURLToPath(address);
  return address.replace(/^sqlite:\/\/\//, "");
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be asked, but is there.
    return (error as { code?: unknown }).code === "EPERM";
  }
}
