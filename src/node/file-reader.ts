/// <reference types="node" />
// Reads files for data sets, piece by piece.

import { createReadStream } from "node:fs";
import { installFileReader } from "../data/file-access.js";
import { explain, FormatError } from "../errors.js";

// Few calls of the file system, but pieces that are parsed in a few milliseconds, so that other work gets its turn.
const readSize = 1 << 22;
const pieceSize = 1 << 18;

/** Makes the paths of data sets paths of the file system. */
export function installNodeFileReader(): void {
  installFileReader(readPieces);
}

async function* readPieces(where: string, path: string | URL): AsyncGenerator<Uint8Array, void> {
  const stream = createReadStream(path, { highWaterMark: readSize });
  try {
    for await (const read of stream) {
      const bytes = read as Uint8Array;
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
    }
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    const reason = (error as Error).message;
    throw new FormatError(explain(where, `expected a file that can be read at ${path}`, reason), { cause: error });
  }
}
