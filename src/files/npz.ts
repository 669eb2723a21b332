// Several arrays of NumPy in one file (.npz): a ZIP archive of .npy files.

import { checkBoolean, checkInteger, checkOptions, describeValue, explain, FormatError } from "../errors.js";
import type { Tensor, TensorInput } from "../tensor.js";
import { crc32 } from "./checksum.js";
import { readNpy, writeNpy } from "./npy.js";

export interface ReadNpzOptions {
  /** The most bytes that all arrays may have when they are unpacked; default 2^30. */
  maxBytes?: number;
}

export interface WriteNpzOptions {
  /** Pack the arrays, as numpy.savez_compressed does; default false. */
  compress?: boolean;
}

// The parts of a ZIP archive that tell its size.
const endRecord = 0x06054b50;
const endRecordBytes = 22;
const longestComment = 65_535;
const wideLocator = 0x07064b50;
const smallestEntry = 46;
/** DEFLATE packs at best 258 bytes into 2 bits. */
const bestRatio = 1032;

/**
 * Reads what `numpy.savez` or `numpy.savez_compressed` has written: the arrays by name, as `readNpy` gives them. The sizes that
 * the archive tells are checked before anything is unpacked, the checksums behind it.
 *
 * @throws FormatError for a damaged archive, for arrays of more than `maxBytes` in all, and what `readNpy` throws.
 * @example
 * const { x, y } = await readNpz(await readFile("set.npz"));
 */
export async function readNpz(
  bytes: Uint8Array,
  options: ReadNpzOptions = {},
  where = "npz",
): Promise<Record<string, Tensor>> {
  checkOptions(where, options, ["maxBytes"]);
  const maxBytes = checkInteger(where, "maxBytes", options.maxBytes ?? 2 ** 30, 0);
  const checksums = readChecksums(bytes, checkArchive(bytes, where));
  const { unzipSync } = await import("fflate");
  let total = 0;
  const names = new Set<string>();
  const unpack = () =>
    unzipSync(bytes, {
      filter({ name, size, originalSize, compression }) {
        if (names.has(name))
          throw new FormatError(explain(where, "expected each name once", `${describeValue(name)} twice`));
        names.add(name);
        if (names.size * smallestEntry > bytes.length || size > bytes.length) {
          throw new FormatError(explain(where, `${describeValue(name)} must lie in the file`, `${size} bytes`));
        }
        total += originalSize;
        const most = compression === 0 ? size : Math.min(maxBytes, bestRatio * size + 64);
        if (originalSize <= most && total <= maxBytes) return true;
        const expectation = `expected ${originalSize <= most ? `arrays of at most ${maxBytes}` : `at most ${most}`} bytes`;
        const remedy = "Set maxBytes if the file is to be trusted.";
        throw new FormatError(
          explain(`${where}, ${describeValue(name)}`, expectation, `${originalSize} bytes`, remedy),
        );
      },
    });
  const files = guarded(where, unpack);
  // Entries come in the order of the directory.
  for (const [i, name] of [...names].entries()) {
    const content = Object.hasOwn(files, name) ? files[name] : undefined;
    if (content !== undefined && crc32(content) === checksums[i]) continue;
    const place = `${where}, ${describeValue(name)}`;
    throw new FormatError(explain(place, "expected contents with the checksum of the archive", "others"));
  }
  const arrays = Object.entries(files).map(([name, content]) => {
    if (name.endsWith(".npy"))
      return [name.slice(0, -4), readNpy(content, `${where}, ${describeValue(name)}`)] as const;
    throw new FormatError(explain(where, "expected an archive of .npy files", describeValue(name)));
  });
  return Object.fromEntries(arrays);
}

/**
 * Arrays by name as the bytes of an .npz file, which `numpy.load` reads. The same arrays give the same bytes.
 *
 * @throws what `tensor()` throws.
 * @example
 * await writeFile("set.npz", await writeNpz({ x, y }, { compress: true }));
 */
export async function writeNpz(
  arrays: Readonly<Record<string, TensorInput>>,
  options: WriteNpzOptions = {},
  where = "npz",
): Promise<Uint8Array> {
  checkOptions(where, options, ["compress"]);
  const level = checkBoolean(where, "compress", options.compress ?? false) ? 6 : 0;
  if (typeof arrays !== "object" || arrays === null || Array.isArray(arrays)) {
    throw new TypeError(explain(where, "expected an object of arrays by name", describeValue(arrays)));
  }
  const { zipSync } = await import("fflate");
  const files = Object.entries(arrays).map(([name, values]) => {
    return [`${name}.npy`, writeNpy(values, `${where}, ${describeValue(name)}`)] as const;
  });
  return zipSync(Object.fromEntries(files), { level, mtime: new Date(1980, 0, 1) });
}

/** What the library that unpacks does not check; gives the place of the end record. */
function checkArchive(bytes: Uint8Array, where: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - endRecordBytes;
  const earliest = Math.max(0, end - longestComment);
  while (end >= earliest && view.getUint32(end, true) !== endRecord) end--;
  if (end < earliest) {
    const remedy = "The file is cut off, or is no .npz file.";
    throw new FormatError(explain(where, "expected a ZIP archive with an end record", "none", remedy));
  }
  if (end >= 20 && view.getUint32(end - 20, true) === wideLocator) {
    throw new FormatError(explain(where, "expected an archive of less than 4 GB", "a ZIP64 archive"));
  }
  const directory = view.getUint32(end + 16, true);
  if (directory <= end) return end;
  throw new FormatError(explain(where, `the directory must begin before byte ${end}`, `byte ${directory}`));
}

/** The checksums of the entries, in the order of the directory. */
function readChecksums(bytes: Uint8Array, end: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const checksums: number[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 8, true); left > 0 && at + smallestEntry <= end; left--) {
    checksums.push(view.getUint32(at + 16, true));
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    at += smallestEntry + (name as number) + (extra as number) + (comment as number);
  }
  return checksums;
}

/** Errors of the library are those of the file. */
function guarded<T>(where: string, unpack: () => T): T {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(explain(where, "expected a sound ZIP archive", reason), { cause: error });
  }
}
