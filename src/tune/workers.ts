// Objectives in threads of their own: what only the Node entry can start.

import { explain } from "../errors.js";
import type { Executor } from "./run.js";

export interface WorkerHost {
  /** Cores that this process may use. */
  readonly processors: () => number;
  start(where: string, module: string, parallel: number, threads: number): Promise<Executor>;
}

let host: WorkerHost | undefined;

/** Called by the Node entry. */
export function installTuneWorkers(given: WorkerHost): void {
  host = given;
}

export function availableThreads(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return host?.processors() ?? navigator?.hardwareConcurrency ?? 1;
}

export async function startWorkers(
  where: string,
  module: string,
  parallel: number,
  threads: number,
): Promise<Executor> {
  if (host !== undefined) return await host.start(where, module, parallel, threads);
  throw new TypeError(explain(where, "expected a function as the objective outside of Node", JSON.stringify(module)));
}
