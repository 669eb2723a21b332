// `feedforward info`: what runs here, and why not something better.

import { backendInfo, ready, version } from "../node.js";
import type { Console } from "./console.js";

export interface InfoOptions {
  readonly json: boolean;
}

/** Tells version, backend, instruction set, threads, and every attempt that failed. */
export async function info({ json }: InfoOptions, console: Console): Promise<void> {
  await ready();
  const { name, isa, threads, tried } = backendInfo();
  const { platform, arch, versions } = process;
  if (json) {
    console.out(JSON.stringify({ version, backend: name, isa, threads, platform, arch, node: versions.node, tried }));
    return;
  }
  const facts = {
    feedforward: version,
    backend: name,
    "instruction set": isa,
    threads,
    platform: `${platform} ${arch}`,
  };
  for (const [fact, value] of Object.entries({ ...facts, Node: versions.node })) {
    console.out(`${fact.padEnd(16)} ${value}`);
  }
  for (const attempt of tried) console.out(`not ${attempt.name}: ${attempt.error}`);
}
