// A server of PostgreSQL in a temporary folder, from Debian's package, that listens on a Unix socket alone.

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Server {
  /** For `storage`. */
  readonly address: string;
  stop(): void;
}

const versions = "/usr/lib/postgresql";

export function startPostgresql(): Server {
  const [version] = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  const folder = mkdtempSync(join(tmpdir(), "feedforward-postgresql-"));
  const root = process.getuid?.() === 0;
  const run = (program: string, ...args: string[]) => {
    const file = `${versions}/${version}/bin/${program}`;
    // The server refuses to run as root: Debian's package brings a user for it.
    const [command, ...all] = root ? ["runuser", "-u", "postgres", "--", file, ...args] : [file, ...args];
    const { status, stderr, stdout } = spawnSync(command as string, all, {
      encoding: "utf8",
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (status !== 0) throw new Error(`${program}: ${stdout}${stderr}`);
  };
  if (root) {
    const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(folder, id("-u"), id("-g"));
    chmodSync(folder, 0o755);
  }
  const data = join(folder, "data");
  run("initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync");
  const options = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`;
  run("pg_ctl", "-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start");
  return {
    address: `postgresql://tester@/postgres?host=${encodeURIComponent(folder)}`,
    stop() {
      run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
