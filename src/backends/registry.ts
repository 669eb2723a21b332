// The backend in use. Wherever JavaScript runs there are WebAssembly and the reference backend; the Node entry of the package
// puts the addon before them. The reference backend is never taken silently: it is hundreds of times slower.

import { version } from "../version.js";
import type { Backend, BackendName } from "./backend.js";
import {
  type BackendCandidate,
  type BackendDefaults,
  type BackendInfo,
  type BackendOptions,
  BackendRegistry,
} from "./choice.js";
import { wasmCandidates } from "./wasm/index.js";

export type { BackendAttempt, BackendCandidate, BackendDefaults, BackendInfo, BackendOptions } from "./choice.js";

const registry = new BackendRegistry(version, [
  ...wasmCandidates,
  { name: "reference", onlyExplicit: true, load: loadReference },
]);

/** Only tests and checks choose it: its code is loaded then. */
async function loadReference(): Promise<Backend> {
  const { createReferenceBackend } = await import("./reference/index.js");
  return createReferenceBackend();
}

/** Loads the best backend of this machine, once. */
export function ready(): Promise<void> {
  return registry.ready();
}

/** Chooses the backend for what is compiled from now on; after a failure the present one stays. */
export function setBackend(name: BackendName, options: BackendOptions = {}): Promise<void> {
  return registry.set(name, options);
}

/** Which backend runs, with which instruction set and how many threads, and why others were not taken. After `ready()`. */
export function backendInfo(): BackendInfo {
  return registry.info();
}

/** The backend in use; throws a BackendError before `ready()`. */
export function currentBackend(): Backend {
  return registry.current();
}

/** Puts candidates before the others: for the entries of the package. */
export function installBackends(candidates: readonly BackendCandidate[], defaults: () => BackendDefaults): void {
  registry.install(candidates, defaults);
}
