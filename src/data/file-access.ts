// Bytes of files and of URLs. Node has them; src/node.ts installs how. Without it a path is a URL relative to the page.

import { explain, FormatError } from "../errors.js";

/** Reads a file in pieces; throws an error that `where` begins. */
export type FileReader = (where: string, path: string | URL) => AsyncIterable<Uint8Array>;

let reader: FileReader = (where, path) => fetchPieces(where, String(path));

export function installFileReader(installed: FileReader): void {
  reader = installed;
}

export function readFileAt(where: string, path: string | URL): AsyncIterable<Uint8Array> {
  return reader(where, path);
}

/** The body of a response, piece by piece. */
export async function* fetchPieces(where: string, url: string): AsyncGenerator<Uint8Array, void> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new FormatError(explain(where, `expected an answer of ${url}`, String(error)), { cause: error });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new FormatError(explain(where, `expected an answer of ${url}`, `HTTP status ${response.status}`));
  }
  if (response.body !== null) yield* fromReadable(response.body);
}

/** By its reader: not every browser can iterate over a ReadableStream. */
export async function* fromReadable<T>(stream: ReadableStream<T>): AsyncGenerator<T, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
