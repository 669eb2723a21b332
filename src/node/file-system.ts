// Files in Node. Writing is atomic: the new file is complete on the disk before it takes the place of the old one.

import { type FileHandle, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { explain } from "../errors.js";
import { type FileSystem, installFileSystem } from "../saving/places.js";

/** One call of the system takes less than 2 GiB. */
const largestCall = 2 ** 30;

const messages: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a disk that is read-only",
  ENOENT: "no such file or folder",
  ENOTDIR: "a path through something that is no folder",
  EISDIR: "a folder",
  ENOSPC: "a full disk",
  EDQUOT: "a full disk",
};

/** An error of the system in words; the old file is whole. */
export function fileFailure(where: string, expectation: string, error: unknown): Error {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const received = messages[code] ?? (error instanceof Error ? error.message : String(error));
  const told = new Error(explain(where, expectation, received), { cause: error });
  return code === "" ? told : Object.assign(told, { code });
}

export function pathOf(path: string): string {
  return path.startsWith("file://") ? fileURLToPath(path) : path;
}

/** Writes the parts one behind the other; the old file is whole until the new one is complete. */
export async function writeAtomically(where: string, given: string, parts: readonly Uint8Array[]): Promise<void> {
  const expectation = `expected to write "${given}"`;
  // A link stays a link: the file behind it is replaced.
  const path = await behindLinks(pathOf(given));
  const old = await stat(path).catch(() => null);
  if (old !== null && !old.isFile()) {
    throw new Error(explain(where, expectation, old.isDirectory() ? "a folder" : "something that is no file"));
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  try {
    const file = await open(temporary, "wx", old === null ? 0o666 : old.mode & 0o777);
    try {
      // The mode of a new file is cut by the process's mask.
      if (old !== null) await file.chmod(old.mode & 0o777);
      for (const part of parts) await writeAll(file, part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileFailure(where, expectation, error);
  }
  await syncFolder(dirname(path));
}

/** The file behind links, which need not be there yet. */
async function behindLinks(path: string): Promise<string> {
  const found = await realpath(path).catch(() => null);
  if (found !== null) return found;
  const target = await readlink(path).catch(() => null);
  return target === null ? path : resolve(dirname(path), target);
}

async function writeAll(file: FileHandle, part: Uint8Array): Promise<void> {
  for (let done = 0; done < part.length; ) {
    const { bytesWritten } = await file.write(part, done, Math.min(largestCall, part.length - done));
    done += bytesWritten;
  }
}

/** The new name outlives a power failure, too. Not every system can do it, and the file is whole without it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function read(where: string, given: string): Promise<Uint8Array> {
  const expectation = `expected to read "${given}"`;
  const fail = (error: unknown) => {
    throw fileFailure(where, expectation, error);
  };
  // A pipe would be waited for until somebody writes into it.
  const info = await stat(pathOf(given)).catch(fail);
  if (!info.isFile()) return fail(new Error(info.isDirectory() ? "a folder" : "something that is no file"));
  const file = await open(pathOf(given), "r").catch(fail);
  try {
    const bytes = new Uint8Array(info.size);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(largestCall, bytes.length - done), done);
      if (bytesRead === 0) throw new Error("a file that became shorter");
      done += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw fileFailure(where, expectation, error);
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(pathOf(path)).catch(() => null)) !== null;
}

async function remove(where: string, path: string): Promise<void> {
  await rm(pathOf(path), { force: true }).catch((error: unknown) => {
    throw fileFailure(where, `expected to remove "${path}"`, error);
  });
}

/** Lets models be saved to paths and loaded from them. */
export function installNodeFiles(): void {
  installFileSystem({ read, write: writeAtomically, exists, remove } satisfies FileSystem);
}
