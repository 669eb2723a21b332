// Compiles C++ sources to objects, as many at a time as there are processors, and only those whose files have changed.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** For every compiler that makes the addon. Which instruction sets there are is in the sources. */
export const addonFlags = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-fno-exceptions",
  "-fno-rtti",
  "-fvisibility=hidden",
  "-Wno-psabi",
  "-DNAPI_VERSION=8",
  "-DBUILDING_NODE_EXTENSION",
  "-Inative",
  "-Inode_modules/node-api-headers/include",
];

export function execute([command, ...args]) {
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

/** `compiler` is a command and its first arguments. Returns the objects, and how many of them are new. */
export async function compile(compiler, flags, sources, folder) {
  mkdirSync(`${root}${folder}`, { recursive: true });
  // Objects that another compiler or other flags made are not up to date.
  const command = JSON.stringify([compiler, flags]);
  const commandFile = `${root}${folder}/command.json`;
  const sameCommand = existsSync(commandFile) && readFileSync(commandFile, "utf8") === command;
  const objectOf = (source) => `${folder}/${basename(source, ".cc")}.o`;
  if (!sameCommand) rmSync(commandFile, { force: true });
  const queue = [...sources];
  let compiled = 0;
  const worker = async () => {
    for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
      const object = objectOf(source);
      const dependencies = object.replace(/o$/, "d");
      if (sameCommand && upToDate(object, dependencies)) continue;
      await execute([...compiler, ...flags, "-MMD", "-MF", dependencies, "-c", source, "-o", object]);
      compiled++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  writeFileSync(commandFile, command);
  return { objects: sources.map(objectOf), compiled };
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
