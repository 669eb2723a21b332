/// <reference types="node" />
// Writes the files of callbacks.

import { appendFileSync, closeSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { installFileOutput } from "../callbacks/file-output.js";
import { fileFailure, pathOf } from "./file-system.js";

/** Longer than any header of columns. */
const longestLine = 1 << 20;

/** Makes the paths of callbacks paths of the file system. */
export function installNodeFileOutput(): void {
  installFileOutput({
    write(where, path, data, anew) {
      makeFolder(where, path);
      told(where, `expected to write "${path}"`, () => {
        if (anew) writeFileSync(pathOf(path), data);
        else appendFileSync(pathOf(path), data);
      });
    },
    firstLine: (where, path) => told(where, `expected to read "${path}"`, () => firstLine(pathOf(path))),
    makeFolder,
  });
}

function makeFolder(where: string, path: string): void {
  const folder = dirname(pathOf(path));
  told(where, `expected to make the folder "${folder}"`, () => mkdirSync(folder, { recursive: true }));
}

function firstLine(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return "";
    throw error;
  }
  try {
    const bytes = new Uint8Array(longestLine);
    const text = new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes)));
    return text.split(/\r?\n/, 1)[0] as string;
  } finally {
    closeSync(file);
  }
}

/** Errors of the system in words. */
function told<T>(where: string, expectation: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw fileFailure(where, expectation, error);
  }
}
