// Builds build/Release/feedforward.node with a C++ compiler alone: no node-gyp, no Python, no download.
// Each source is compiled by itself, so that a change recompiles one file. CXX chooses the compiler.
// Usage: node scripts/build-native.mjs [--output FOLDER]

import { existsSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addonFlags, compile, execute } from "./compile.mjs";
import { addonSources } from "./sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = process.env.CXX ?? "g++";
const { values: options } = parseArgs({ options: { output: { type: "string", default: "build/Release" } } });
const target = `${options.output}/feedforward.node`;
// The C++ runtime is not needed, so it is left out.
const linkFlags =
  process.platform === "darwin"
    ? ["-undefined", "dynamic_lookup", "-Wl,-dead_strip"]
    : ["-s", "-pthread", "-Wl,--gc-sections", "-Wl,--as-needed"];

try {
  const { objects, compiled } = await compile([compiler], addonFlags, addonSources(), `${options.output}/obj`);
  if (compiled > 0 || !existsSync(`${root}${target}`)) {
    // Renaming keeps a process alive that has the old file mapped.
    await execute([compiler, "-shared", ...linkFlags, ...objects, "-o", `${target}.new`]);
    renameSync(`${root}${target}.new`, `${root}${target}`);
  }
  console.log(`${target} (${compiled} of ${objects.length} sources compiled)`);
} catch (error) {
  console.error(`build-native: ${error.message}`);
  process.exitCode = 1;
}
