// Runs bench/child.mjs in a fresh process.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("child.mjs", import.meta.url));

export function runChild<Result>(what: string, ...options: readonly (string | number)[]): Result {
  const flags = process.execArgv.filter((flag) => /^--(experimental-wasm|expose-gc)/.test(flag));
  const child = spawnSync(process.execPath, [...flags, "--expose-gc", script, what, ...options.map(String)], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`bench/child.mjs ${what} ${options.join(" ")}: ${child.stderr}`);
  return JSON.parse(child.stdout) as Result;
}
