// Checks the format of TypeScript (biome) and C++ (clang-format-19, or the one in CLANG_FORMAT); `--write` mends it.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const write = process.argv.includes("--write");

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`format: cannot start ${command}: ${error.message}`);
  return status === 0;
}

const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "native", "wasm"], {
  cwd: root,
  encoding: "utf8",
});
const cpp = stdout.split("\n").filter((name) => /\.(cc|h)$/.test(name));
const biome = run(process.execPath, [
  "node_modules/@biomejs/biome/bin/biome",
  "format",
  ...(write ? ["--write"] : []),
  ".",
]);
const clang = run(process.env.CLANG_FORMAT ?? "clang-format-19", [
  ...(write ? ["-i"] : ["--dry-run", "--Werror"]),
  ...cpp,
]);
if (!biome || !clang) process.exitCode = 1;
