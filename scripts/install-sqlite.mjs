// For the tests under a Node without node:sqlite (before 22.13): better-sqlite3, which users may install, in build/sqlite. It is no
// devDependency, for it may have to be compiled, with make and python3, and only these tests need it.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const found = `${root}node_modules/better-sqlite3`;
const [major, minor] = process.versions.node.split(".").map(Number);
const builtIn = major > 22 || (major === 22 && minor >= 13);
if (!builtIn && !existsSync(found)) {
  const folder = `${root}build/sqlite`;
  if (!existsSync(`${folder}/node_modules/better-sqlite3/build/Release/better_sqlite3.node`)) {
    mkdirSync(folder, { recursive: true });
    const options = ["--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--silent"];
    execFileSync("npm", ["install", ...options, "better-sqlite3@12.11.1"], { stdio: "inherit" });
  }
  symlinkSync(`${folder}/node_modules/better-sqlite3`, found);
}
