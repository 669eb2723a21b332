// Tells whether a built file is missing or older than what it is built from.

import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function newest(path) {
  const stat = statSync(`${root}${path}`, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(`${root}${path}`).map((name) => newest(`${path}/${name}`)));
}

export function isStale(target, sources) {
  const stat = statSync(`${root}${target}`, { throwIfNoEntry: false });
  return !stat || Math.max(...sources.map(newest)) > stat.mtimeMs;
}
