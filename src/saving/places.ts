// Where files come from and go to: paths (in Node), URLs, IndexedDB and downloads (in browsers), and bytes.

import { describeValue, explain } from "../errors.js";
import { readBytes } from "../files/bytes.js";
import { joinBytes } from "../files/safetensors.js";

/** The files of the system; Node's entry brings them. */
export interface FileSystem {
  /** The whole file. */
  read(where: string, path: string): Promise<Uint8Array>;
  /** Writes the parts one behind the other, so that the file is the old one or the new one at any time. */
  write(where: string, path: string, parts: readonly Uint8Array[]): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Does nothing when there is no such file. */
  remove(where: string, path: string): Promise<void>;
}

let fileSystem: FileSystem | null = null;

/** Tells how files are read and written. */
export function installFileSystem(files: FileSystem): void {
  fileSystem = files;
}

/** Everything that `loadModel` reads: bytes, a path, a URL, `indexeddb://name`, or a File or Blob. */
export type FileSource = Uint8Array | ArrayBuffer | Blob | URL | string;

/**
 * Writes a file to a path, `indexeddb://name` or `download://name`.
 *
 * @throws TypeError for anything else.
 */
export async function writeFile(where: string, target: string, parts: readonly Uint8Array[]): Promise<void> {
  const place = placeOf(target);
  if (place === null) {
    const remedy = `Give a path, "indexeddb://name" or "download://name".`;
    throw new TypeError(explain(where, "expected a place to write to", describeValue(target), remedy));
  }
  if (place.scheme === "indexeddb") return await writeDatabase(where, place.name, parts);
  if (place.scheme === "download") return download(where, place.name, parts);
  return await files(where, place.name).write(where, place.name, parts);
}

/** Writes a file, or gives its bytes when there is no place to write to. */
export async function writeOrJoin(
  where: string,
  target: string | undefined,
  parts: readonly Uint8Array[],
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (target === undefined) return joinBytes(parts);
  await writeFile(where, target, parts);
  return undefined;
}

/**
 * Reads a whole file. Bytes of the caller are copied: what becomes of the file keeps a view.
 *
 * @throws TypeError for anything that is no place of a file; Error when it cannot be read.
 */
export async function readFile(where: string, source: FileSource): Promise<Uint8Array> {
  const kind = Object.prototype.toString.call(source).slice(8, -1);
  if (ArrayBuffer.isView(source) || kind === "ArrayBuffer" || kind === "SharedArrayBuffer") {
    return readBytes(where, source).slice();
  }
  if (kind === "Blob" || kind === "File") return new Uint8Array(await (source as Blob).arrayBuffer());
  const place = placeOf(kind === "URL" ? (source as URL).href : source);
  if (place === null || place.scheme === "download") {
    const remedy = `Give bytes, a path, a URL, "indexeddb://name" or a Blob.`;
    throw new TypeError(explain(where, "expected a file", describeValue(source), remedy));
  }
  if (place.scheme === "http") return await fetchFile(where, place.name);
  if (place.scheme === "indexeddb") return await readDatabase(where, place.name);
  return await files(where, place.name).read(where, place.name);
}

/** True when there is a file at a path or under `indexeddb://name`. */
export async function fileExists(where: string, target: string): Promise<boolean> {
  const { scheme, name } = keptPlace(where, target);
  if (scheme === "indexeddb")
    return (await withStore(where, "readonly", (objects) => objects.count(name) as IDBRequest<number>)) > 0;
  return await files(where, name).exists(name);
}

/** Removes a file, if there is one. */
export async function removeFile(where: string, target: string): Promise<void> {
  const { scheme, name } = keptPlace(where, target);
  if (scheme === "indexeddb") await withStore(where, "readwrite", (objects) => objects.delete(name));
  else await files(where, name).remove(where, name);
}

/** A place that can be written, read and emptied. */
function keptPlace(where: string, target: string): Place {
  const place = placeOf(target);
  if (place?.scheme === "path" || place?.scheme === "indexeddb") return place;
  const remedy = `Give a path or "indexeddb://name".`;
  throw new TypeError(explain(where, "expected a place to keep a file", describeValue(target), remedy));
}

interface Place {
  readonly scheme: "path" | "http" | "indexeddb" | "download";
  readonly name: string;
}

function placeOf(target: unknown): Place | null {
  if (typeof target !== "string" || target === "") return null;
  const [, scheme = "", name = ""] = /^([a-z]+):\/\/(.*)$/s.exec(target) ?? [];
  if (scheme === "indexeddb" || scheme === "download") return name === "" ? null : { scheme, name };
  if (scheme === "http" || scheme === "https") return { scheme: "http", name: target };
  return { scheme: "path", name: target };
}

function files(where: string, path: string): FileSystem {
  if (fileSystem !== null) return fileSystem;
  const remedy = `Use "indexeddb://name" or bytes, or import the package in Node.`;
  throw new TypeError(explain(where, "expected a place that this environment has", describeValue(path), remedy));
}

async function fetchFile(where: string, url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new Error(explain(where, `expected an answer of ${url}`, String(error)), { cause: error });
  });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error(explain(where, `expected a file at ${url}`, `status ${response.status}`));
}

const database = "feedforward";
const store = "files";

/** Runs a request on the database of files, which is made with the first one. */
async function withStore<T>(
  where: string,
  mode: IDBTransactionMode,
  request: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  if (typeof indexedDB === "undefined") {
    throw new TypeError(
      explain(where, "expected an environment with IndexedDB", "one without", "Use a path or bytes."),
    );
  }
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store);
  const db = await settled(opening);
  try {
    const transaction = db.transaction(store, mode);
    // A request succeeds before its values are safe; the transaction is complete when they are.
    const complete = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(transaction.error ?? new Error(explain(where, "expected to write", "an abort")));
    });
    const [result] = await Promise.all([settled(request(transaction.objectStore(store))), complete]);
    return result;
  } finally {
    db.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function writeDatabase(where: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const blob = new Blob(parts as Uint8Array<ArrayBuffer>[]);
  await withStore(where, "readwrite", (objects) => objects.put(blob, name));
}

async function readDatabase(where: string, name: string): Promise<Uint8Array> {
  const found: unknown = await withStore(where, "readonly", (objects) => objects.get(name) as IDBRequest<unknown>);
  if (found instanceof Blob) return new Uint8Array(await found.arrayBuffer());
  throw new RangeError(explain(where, "expected a saved file", `"indexeddb://${name}", which does not exist`));
}

function download(where: string, name: string, parts: readonly Uint8Array[]): void {
  if (typeof document === "undefined") {
    throw new TypeError(explain(where, "expected a page to download from", "none", "Use a path or bytes."));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts as Uint8Array<ArrayBuffer>[]));
  link.download = name;
  link.click();
  // The click begins the download, but some browsers read the address later, and then all of it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
