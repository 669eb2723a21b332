// Where the text of a file comes from: a path, a URL, the text itself, bytes, a Blob or a stream, as pieces of text.

import { describeValue, explain } from "../../errors.js";
import { fetchPieces, fromReadable, readFileAt } from "../file-access.js";

type Piece = string | Uint8Array;

/** A stream of the web or of Node, or any other (async) iterable of texts or bytes. */
export type PieceStream = ReadableStream<Piece> | AsyncIterable<Piece> | Iterable<Piece>;

/**
 * A path (in Node), a URL (also as a text that begins with `https:`, `http:`, `file:`, `blob:` or `data:`; in a browser any other one
 * is relative to the page), the text itself (anything with a line break), bytes, a Blob or File, or a stream. A stream can be
 * read once; a function that returns one can be read again.
 */
export type TextSource = string | URL | Uint8Array | ArrayBuffer | Blob | PieceStream | (() => PieceStream);

/** A source with a name for messages. */
export interface OpenableText {
  readonly name: string;
  /** True when it can be opened more than once. */
  readonly again: boolean;
  open(): AsyncIterable<Piece>;
}

// A piece is parsed in about 3 ms, so that other work gets its turn.
const pieceSize = 1 << 18;

/** Reads what a user gives as a source. */
export function openText(where: string, source: unknown): OpenableText {
  if (typeof source === "string" && /[\r\n]/.test(source)) return inMemory("the text", source);
  if (typeof source === "string" && /^(https?|file|blob|data):/i.test(source)) return atUrl(where, new URL(source));
  if (typeof source === "string") {
    return { name: describeValue(source), again: true, open: () => readFileAt(where, source) };
  }
  if (tag(source) === "URL") return atUrl(where, source as URL);
  if (ArrayBuffer.isView(source)) {
    return inMemory("the bytes", new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  if (tag(source) === "ArrayBuffer") return inMemory("the bytes", new Uint8Array(source as ArrayBuffer));
  if (isBlob(source)) {
    const { name } = source as { name?: unknown };
    return {
      name: typeof name === "string" ? describeValue(name) : "the blob",
      again: true,
      open: () => fromBlob(source),
    };
  }
  if (typeof source === "function") {
    return { name: "the stream", again: true, open: () => fromStream(where, (source as () => unknown)()) };
  }
  if (isStream(source)) return { name: "the stream", again: false, open: () => fromStream(where, source) };
  throw new TypeError(
    explain(where, "expected a path, a URL, a text with line breaks, bytes, a Blob or a stream", describeValue(source)),
  );
}

function inMemory(name: string, content: Piece): OpenableText {
  return {
    name,
    again: true,
    open: async function* () {
      for (let at = 0; at < content.length; at += pieceSize) yield content.slice(at, at + pieceSize);
    },
  };
}

function atUrl(where: string, url: URL): OpenableText {
  const name = describeValue(url.href);
  if (url.protocol === "file:") return { name, again: true, open: () => readFileAt(where, url) };
  return { name, again: true, open: () => fetchPieces(where, url.href) };
}

/** A whole Blob at a time would be in memory; slices of it are not. */
async function* fromBlob(blob: Blob): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < blob.size; at += pieceSize) {
    yield new Uint8Array(await blob.slice(at, at + pieceSize).arrayBuffer());
  }
}

async function* fromStream(where: string, stream: unknown): AsyncGenerator<Piece, void> {
  if (!isStream(stream)) {
    throw new TypeError(explain(where, "expected a function that returns a stream", describeValue(stream)));
  }
  const pieces = isReadable(stream) ? fromReadable(stream) : (stream as AsyncIterable<unknown>);
  for await (const piece of pieces) {
    if (typeof piece === "string" || tag(piece) === "Uint8Array") yield piece as Piece;
    else throw new TypeError(explain(where, "expected a stream of texts or bytes", describeValue(piece)));
  }
}

function isStream(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value || isReadable(value);
}

function isReadable(value: unknown): value is ReadableStream<unknown> {
  return typeof value === "object" && value !== null && "getReader" in value;
}

function isBlob(value: unknown): value is Blob {
  return typeof value === "object" && value !== null && "arrayBuffer" in value && "slice" in value && "size" in value;
}

/** The name of the class, also of another realm. */
function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
