// Files that commands write: whole or not at all, and refused before the work when they cannot be written.

import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writeAtomically } from "../node/file-system.js";

/** The old file is whole until the new one is complete. */
export async function writeOutput(where: string, file: string, contents: string | Uint8Array): Promise<void> {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  await writeAtomically(where, file, [bytes]);
}

/**
 * Checks the files that a command will write, by the options that name them, before it computes for an hour: they are no folders,
 * their folders can be written to, and none of them is another one or one of the files that are read.
 */
export async function checkOutputs(
  where: string,
  outputs: Readonly<Record<string, string | null | undefined>>,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const taken = new Map(inputs.filter((file) => file !== undefined).map((file) => [resolve(file), "a file to read"]));
  for (const [option, file] of Object.entries(outputs)) {
    if (file === null || file === undefined) continue;
    const problem = (received: string) =>
      new RangeError(`${where}, --${option}: expected a file that can be written, received ${received}.`);
    if (file === "") throw problem("an empty name");
    const other = taken.get(resolve(file));
    if (other !== undefined) throw problem(`"${file}", which is ${other}`);
    taken.set(resolve(file), `that of --${option}`);
    const old = await stat(file).catch(() => null);
    if (old !== null && !old.isFile())
      throw problem(`"${file}", which is ${old.isDirectory() ? "a folder" : "no file"}`);
    const folder = dirname(resolve(file));
    const found = await stat(folder).catch(() => null);
    if (found === null || !found.isDirectory()) throw problem(`"${file}" in a folder that does not exist`);
    await access(folder, constants.W_OK).catch(() => {
      throw problem(`"${file}" in a folder without permission to write`);
    });
  }
}
