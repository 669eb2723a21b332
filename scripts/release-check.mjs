// `npm run release:check`: refuses a release that would not work for somebody. Every check runs, whatever those before it found.
// The checks that are commands of their own are listed in `commands`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { checkPrebuilds } from "./check-prebuilds.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

const installedBudget = 10_000_000;
const wasmBudget = 60 * 1024;
const modules = ["simd128", "simd128-threads", "relaxed", "relaxed-threads"];

/** npm scripts that must succeed; one that package.json does not have is a finding, so that none is lost unnoticed. */
const commands = ["lint", "typecheck", "package:lint", "test:install"];

/** The changelog's section of a version is "## 1.2.3", with a date or without. */
export function changelogHas(changelog, version) {
  return changelog.split("\n").some((line) => /^## /.test(line) && line.split(/[\s[\],(]+/).includes(version));
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
}

// What npm would send, and what it becomes on the user's disk.
function checkPackage() {
  const folder = mkdtempSync(`${tmpdir()}/feedforward-release-`);
  try {
    const packed = run(npm, ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
    if (packed.status !== 0) return [`npm pack: ${packed.stderr.trim()}`];
    const [{ unpackedSize }] = JSON.parse(packed.stdout);
    if (unpackedSize <= installedBudget) return [];
    return [`installed size: ${unpackedSize} bytes, above the budget of ${installedBudget}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkWasm() {
  return modules.flatMap((name) => {
    const file = `dist/wasm/${name}.wasm`;
    if (!existsSync(`${root}${file}`)) return [`${file}: no such file; npm run build:all makes it`];
    const bytes = gzipSync(readFileSync(`${root}${file}`), { level: 9 }).length;
    return bytes <= wasmBudget ? [] : [`${file}: ${bytes} bytes with gzip, above the budget of ${wasmBudget}`];
  });
}

function checkChangelog() {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  return changelogHas(readFileSync(`${root}CHANGELOG.md`, "utf8"), version)
    ? []
    : [`CHANGELOG.md: no section ${version}`];
}

function checkCommand(script) {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  if (scripts[script] === undefined) return [`npm run ${script}: no such script`];
  const { status, stdout, stderr } = run(npm, ["run", "--silent", script]);
  return status === 0 ? [] : [`npm run ${script}: exit code ${status}\n${(stdout + stderr).trim().slice(-2000)}`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const checks = [
    ["prebuilt addons", checkPrebuilds],
    ["WebAssembly modules", checkWasm],
    ["changelog", checkChangelog],
    ["package", checkPackage],
    ...commands.map((script) => [script, () => checkCommand(script)]),
  ];
  let findings = 0;
  for (const [name, check] of checks) {
    const found = check();
    findings += found.length;
    console.log(`${found.length === 0 ? "ok  " : "FAIL"} ${name}${found.map((line) => `\n     ${line}`).join("")}`);
  }
  console.log(findings === 0 ? "ready to publish" : `not ready to publish: ${findings} findings`);
  process.exitCode = findings === 0 ? 0 : 1;
}
