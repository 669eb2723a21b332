// Loading what computes: the backend, and the code that the Sync functions cannot wait for.

import type { BackendName } from "./backends/backend.js";
import type { BackendOptions } from "./backends/choice.js";
import * as registry from "./backends/registry.js";
import { loadRareCode } from "./models/late.js";

/**
 * Loads the best backend of this machine, once. `fit`, `predict` and the other asynchronous functions do it by themselves;
 * the Sync functions need it done.
 *
 * @example
 * await ready();
 * backendInfo().name; // "native" in Node with the addon, "wasm" in a browser
 */
export async function ready(): Promise<void> {
  await Promise.all([registry.ready(), loadRareCode()]);
}

/**
 * Chooses the backend for what is compiled from now on. Throws a BackendError, and leaves the present one in place, when it
 * cannot be loaded here or lacks the instruction set.
 *
 * @example
 * await setBackend("reference");
 * backendInfo().name; // "reference"
 */
export async function setBackend(name: BackendName, options: BackendOptions = {}): Promise<void> {
  await registry.setBackend(name, options);
  await loadRareCode();
}
