/// <reference types="node" />
// Writes the files of callbacks.

import { appendFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { installFileOutput } from "../callbacks/file-output.js";

/** Makes the paths of callbacks paths of the file system. */
export function installNodeFileOutput(): void {
  installFileOutput({
    write(path, data, anew) {
      mkdirSync(dirname(path), { recursive: true });
      if (anew) writeFileSync(path, data);
      else appendFileSync(path, data);
    },
    size: (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  });
}
