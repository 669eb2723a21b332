/// <reference types="node" />
// Finds and loads the N-API addon: first the prebuilt one for this platform, then the one that was built in this folder.
// A file that is missing, damaged or foreign is a reason in `backendInfo().tried`, never a crash.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "../backends/backend.js";
import type { BackendCandidate, BackendDefaults } from "../backends/choice.js";
import { checkThreads } from "../backends/choice.js";
import { createNativeBackend } from "../backends/native.js";
import { installBackends } from "../backends/registry.js";
import { BackendError, explain } from "../errors.js";
import { checkAddonFile } from "./addon-file.js";

/** Makes the addon the first choice and reads FEEDFORWARD_BACKEND, FEEDFORWARD_THREADS and FEEDFORWARD_ISA. */
export function installNodeBackends(): void {
  installBackends(nativeCandidates(packageRoot()), () => environmentDefaults(process.env));
}

/** The two places of the addon, in the order of node-gyp-build for published packages. */
export function nativeCandidates(root: string): readonly BackendCandidate[] {
  return [
    { name: "native", label: "native (prebuilt)", load: async () => loadAddon(findPrebuilt(root)) },
    { name: "native", label: "native (built here)", load: async () => loadAddon(findBuilt(root)) },
  ];
}

/** What the environment variables choose. */
export function environmentDefaults(environment: Readonly<Record<string, string | undefined>>): BackendDefaults {
  const { FEEDFORWARD_BACKEND: backend, FEEDFORWARD_THREADS: threads, FEEDFORWARD_ISA: isa } = environment;
  if (threads !== undefined && threads !== "") checkThreads("FEEDFORWARD_THREADS", Number(threads));
  return {
    ...(backend !== undefined && backend !== "" && { backend }),
    ...(threads !== undefined && threads !== "" && { threads: Number(threads) }),
    ...(isa !== undefined && isa !== "" && { isa }),
  };
}

/** Loads an addon from a file. */
export function loadAddon(file: string): Backend {
  if (!existsSync(file)) throw new BackendError(`no file ${file}`);
  checkAddonFile(file);
  // dlopen instead of require: it is the same in ES modules and CommonJS, and another copy of the package has its own exports.
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error);
    throw new BackendError(explain(file, "expected an addon for this machine", received), { cause: error });
  }
  return createNativeBackend(module.exports);
}

/** The file under prebuilds/ that suits this machine. */
function findPrebuilt(root: string): string {
  const folder = join(root, "prebuilds", `${process.platform}-${process.arch}`);
  const [libc, other] = isMusl() ? ["musl", "glibc"] : ["glibc", "musl"];
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".node")) : [];
  // As prebuildify names them: feedforward.glibc.node, feedforward.armv8.node, or without a tag where there is no choice.
  const suitable = files.filter((file) => !file.split(".").includes(other));
  const best = suitable.find((file) => file.split(".").includes(libc)) ?? suitable[0];
  if (best !== undefined) return join(folder, best);
  throw new BackendError(`no prebuilt addon for ${process.platform}-${process.arch} ${libc} in ${folder}`);
}

function findBuilt(root: string): string {
  const file = join(root, "build", "Release", "feedforward.node");
  if (existsSync(file)) return file;
  throw new BackendError(`no file ${file}. npm run build:native builds it from a clone`);
}

/** Alpine Linux and others have a C library for which glibc's addons cannot be loaded. Their ldd tells its name. */
function isMusl(): boolean {
  if (process.platform !== "linux") return false;
  return existsSync("/usr/bin/ldd") && readFileSync("/usr/bin/ldd", "latin1").includes("musl");
}

/** The folder of package.json, from src/node as well as from dist. */
function packageRoot(): string {
  // The CommonJS build has no import.meta, the ES module no __dirname.
  let folder = typeof __dirname === "string" ? __dirname : dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === "feedforward") return folder;
    folder = dirname(folder);
  }
  return folder;
}
