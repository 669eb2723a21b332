// Saving to paths: whole or not at all, whatever happens.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readSafetensors } from "../../src/files/safetensors.js";
import { installNodeFiles } from "../../src/node/file-system.js";
import { fileExists, readFile, removeFile, writeFile } from "../../src/saving/places.js";

/** What goes wrong in the system, by the name of its call. */
const broken = vi.hoisted(() => ({ call: "", code: "" }));

vi.mock("node:fs/promises", async (original) => {
  const system = await original<typeof import("node:fs/promises")>();
  const fail = () => Promise.reject(Object.assign(new Error(`the system says ${broken.code}`), { code: broken.code }));
  return {
    ...system,
    async open(...args: Parameters<typeof system.open>) {
      if (broken.call === "open" && args[1] === "wx") return await fail();
      const file = await system.open(...args);
      // The first part finds its place on the disk, the next one does not.
      const write = file.write.bind(file);
      let writes = 0;
      if (broken.call === "write") file.write = ((...all: Parameters<typeof write>) => (writes++ === 0 ? write(...all) : fail())) as typeof write; // biome-ignore format: one thing
      if (broken.call === "sync") file.sync = fail;
      return file;
    },
    rename: (...args: Parameters<typeof system.rename>) => (broken.call === "rename" ? fail() : system.rename(...args)),
  };
});

afterEach(() => Object.assign(broken, { call: "", code: "" }));

let folder: string;
beforeAll(() => {
  installNodeFiles();
  folder = mkdtempSync(join(tmpdir(), "feedforward-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parts = [new Uint8Array([1, 2]), new Uint8Array(0), new Uint8Array([3])];

test("writes the parts, replaces a file and keeps its mode, and reads it by path and by URL", async () => {
  const path = join(folder, "a.bin");
  writeFileSync(path, "old");
  chmodSync(path, 0o640);
  await writeFile("save", path, parts);
  expect([...(await readFile("load", path))]).toEqual([1, 2, 3]);
  expect([...(await readFile("load", pathToFileURL(path)))]).toEqual([1, 2, 3]);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test("a link stays a link", async () => {
  const [target, link] = [join(folder, "target.bin"), join(folder, "link.bin")];
  writeFileSync(target, "old");
  symlinkSync(target, link);
  await writeFile("save", link, parts);
  expect([...readFileSync(target)]).toEqual([1, 2, 3]);
  rmSync(target);
  await writeFile("save", link, parts);
  expect([...readFileSync(target)]).toEqual([1, 2, 3]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("a mode stays, whatever the mask of new files is", async () => {
  const path = join(folder, "shared.bin");
  writeFileSync(path, "old");
  chmodSync(path, 0o666);
  await writeFile("save", path, parts);
  expect(statSync(path).mode & 0o777).toBe(0o666);
});

test("a pipe into which nobody writes is not waited for", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  await expect(readFile("load", path)).rejects.toThrow(
    `load: expected to read "${path}", received something that is no file.`,
  );
});

test("a folder, a missing folder and a missing file are named", async () => {
  const inside = join(folder, "inside");
  mkdirSync(inside);
  await expect(writeFile("save", inside, parts)).rejects.toThrow(
    `save: expected to write "${inside}", received a folder.`,
  );
  const missing = join(folder, "missing", "a.bin");
  const message = `save: expected to write "${missing}", received no such file or folder.`;
  await expect(writeFile("save", missing, parts)).rejects.toThrow(message);
  await expect(readFile("load", missing)).rejects.toThrow(
    `load: expected to read "${missing}", received no such file or folder.`,
  );
  await expect(readFile("load", inside)).rejects.toThrow(`load: expected to read "${inside}", received a folder.`);
});

test("an error in the middle leaves the old file whole and nothing besides it", async () => {
  const place = join(folder, "whole");
  mkdirSync(place);
  const path = join(place, "a.bin");
  writeFileSync(path, "old");
  // The second part is none: the system refuses it when the first one is written.
  const broken = [new Uint8Array([1]), { length: 4 } as unknown as Uint8Array];
  await expect(writeFile("save", path, broken)).rejects.toThrow(`save: expected to write "${path}"`);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(place)).toEqual(["a.bin"]);
});

test.each([
  ["a full disk", "write", "ENOSPC", "a full disk"],
  ["a full disk that is found out at the end", "sync", "ENOSPC", "a full disk"],
  ["a full quota", "write", "EDQUOT", "a full disk"],
  ["no permission in the folder", "open", "EACCES", "no permission"],
  ["a disk that is read-only", "open", "EROFS", "a disk that is read-only"],
  ["no permission for the old file", "rename", "EPERM", "no permission"],
  ["a broken disk", "write", "EIO", "the system says EIO"],
])("%s: the error, and the old file whole", async (name, call, code, message) => {
  const place = join(folder, name);
  mkdirSync(place);
  const path = join(place, "a.bin");
  writeFileSync(path, "old");
  Object.assign(broken, { call, code });
  const written = writeFile("save", path, [new Uint8Array([1]), new Uint8Array([2])]);
  await expect(written).rejects.toMatchObject({
    code,
    message: `save: expected to write "${path}", received ${message}.`,
  });
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(place)).toEqual(["a.bin"]);
});

test("files are found and removed", async () => {
  const path = join(folder, "kept.bin");
  expect(await fileExists("save", path)).toBe(false);
  await writeFile("save", path, parts);
  expect(await fileExists("save", path)).toBe(true);
  await removeFile("save", path);
  await removeFile("save", path);
  expect(await fileExists("save", path)).toBe(false);
  await expect(removeFile("save", folder)).rejects.toThrow(`save: expected to remove "${folder}", received `);
});

test("a device is no file", async () => {
  await expect(readFile("load", "/dev/full")).rejects.toThrow("received something that is no file.");
  await expect(writeFile("save", "/dev/full", parts)).rejects.toThrow("received something that is no file.");
});

function nextLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout?.once("data", () => resolve()));
}

test("kill -9 while a file is written leaves the old or the new one", async () => {
  const path = join(folder, "model.safetensors");
  for (const wait of [1, 4, 9, 17, 33]) {
    const child = spawn(process.execPath, ["--import", "tsx", "test/node/save-forever.ts", path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await nextLine(child);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => setTimeout(resolve, wait));
    child.kill("SIGKILL");
    await ended;
    const { tensors } = readSafetensors(new Uint8Array(readFileSync(path)), path);
    const values = tensors.get("x")?.bytes ?? new Uint8Array(0);
    expect(values.length).toBe(1 << 22);
    expect(values.every((value) => value === values[0])).toBe(true);
  }
}, 60_000);
