// Where callbacks write. Node has files, which src/node.ts installs; elsewhere they are given functions to write with.

import { explain } from "../errors.js";

/** Writes at once, so that a training that is killed has left what it did. */
export interface FileOutput {
  /** Adds to the end of a file; with `anew` the file begins with it. Folders are made as needed. `where` begins errors. */
  write(where: string, path: string, data: string | Uint8Array, anew: boolean): void;
  /** The first line without its end, empty for a file that does not exist. */
  firstLine(where: string, path: string): string;
  /** Makes the folder of a file and those above it. */
  makeFolder(where: string, path: string): void;
}

let output: FileOutput | null = null;

export function installFileOutput(installed: FileOutput): void {
  output = installed;
}

/** The files of this place; an error where there are none. */
export function fileOutput(where: string): FileOutput {
  if (output !== null) return output;
  const remedy = "Give a function as write.";
  throw new TypeError(explain(where, "expected a place with files", "one without", remedy));
}

/** Makes the folder of a file where there are files; addresses like `indexeddb://name` have none. */
export function makeFolder(where: string, path: string): void {
  if (!/^[a-z]+:\/\//.test(path)) output?.makeFolder(where, path);
}
