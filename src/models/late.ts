// Code that is loaded when it is needed for the first time. What is asynchronous waits for it; `await ready()` loads it for the Sync
// functions, which cannot wait.

import type { Procedure } from "./task.js";

export type RareCode = typeof import("./rare.js");

let loaded: RareCode | undefined;

/** Loads what few trainings need. */
export async function loadRareCode(): Promise<void> {
  loaded ??= await import("./rare.js");
}

/** What few trainings need. */
export function* rareCode(): Procedure<RareCode> {
  if (loaded === undefined) yield { kind: "load", load: loadRareCode };
  return loaded as unknown as RareCode;
}
