/// <reference types="node" />
// Reads files for data sets, piece by piece.

import { createReadStream } from "node:fs";
import { installFileReader } from "../data/file-access.js";
import { explain, FormatError } from "../errors.js";

// A piece is parsed in about 3 ms, so that other work gets its turn.
const pieceSize = 1 << 18;

/** Makes the paths of data sets paths of the file system. */
export function installNodeFileReader(): void {
  installFileReader(readPieces);
}

async function* readPieces(where: string, path: string | URL): AsyncGenerator<Uint8Array, void> {
  const stream = createReadStream(path, { highWaterMark: pieceSize });
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    const reason = (error as Error).message;
    throw new FormatError(explain(where, `expected a file that can be read at ${path}`, reason), { cause: error });
  }
}
