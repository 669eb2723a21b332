// Builds build/Release/feedforward.node with a C++ compiler alone: no node-gyp, no Python, no download.
// Each source is compiled by itself, so that a change recompiles one file. CXX chooses the compiler.
// Usage: node scripts/build-native.mjs [--output FOLDER]

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addonSources } from "./sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = process.env.CXX ?? "g++";
const { values: options } = parseArgs({ options: { output: { type: "string", default: "build/Release" } } });
const target = `${options.output}/feedforward.node`;
const objectFolder = `${options.output}/obj`;
const flags = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-fno-exceptions",
  "-fno-rtti",
  "-fvisibility=hidden",
  "-Wno-psabi",
  "-DNAPI_VERSION=8",
];
const includes = ["-Inative", "-Inode_modules/node-api-headers/include"];

function execute(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    child.on("error", (error) =>
      reject(new Error(`cannot start ${command} (${error.message}); install a C++17 compiler`)),
    );
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} failed with exit code ${code}`)),
    );
  });
}

// Make's dependency file of an object, written by -MMD, names the headers it was compiled from.
function upToDate(object, dependencies) {
  if (!existsSync(`${root}${object}`) || !existsSync(`${root}${dependencies}`)) return false;
  const built = statSync(`${root}${object}`).mtimeMs;
  const files = readFileSync(`${root}${dependencies}`, "utf8")
    .replaceAll("\\\n", " ")
    .split(/\s+/)
    .slice(1)
    .filter(Boolean);
  return files.every(
    (file) => (statSync(`${root}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) <= built,
  );
}

async function compileAll(sources) {
  const queue = [...sources];
  let compiled = 0;
  const worker = async () => {
    for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
      const stem = `${objectFolder}/${basename(source, ".cc")}`;
      if (upToDate(`${stem}.o`, `${stem}.d`)) continue;
      await execute(compiler, [...flags, ...includes, "-MMD", "-MF", `${stem}.d`, "-c", source, "-o", `${stem}.o`]);
      compiled++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return compiled;
}

const sources = addonSources();
mkdirSync(`${root}${objectFolder}`, { recursive: true });
try {
  const compiled = await compileAll(sources);
  if (compiled > 0 || !existsSync(`${root}${target}`)) {
    const objects = sources.map((source) => `${objectFolder}/${basename(source, ".cc")}.o`);
    // Renaming keeps a process alive that has the old file mapped.
    await execute(compiler, ["-shared", "-s", "-pthread", "-Wl,--gc-sections", ...objects, "-o", `${target}.new`]);
    renameSync(`${root}${target}.new`, `${root}${target}`);
  }
  console.log(`${target} (${compiled} of ${sources.length} sources compiled)`);
} catch (error) {
  console.error(`build-native: ${error.message}`);
  process.exitCode = 1;
}
