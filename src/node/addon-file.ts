/// <reference types="node" />
// A look at an addon's file before it is loaded. The dynamic loader of Linux maps a file that was cut off without looking at its
// length, and the process dies of SIGBUS in the middle of dlopen; other systems check the file themselves.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { BackendError, explain } from "../errors.js";

/** e_machine of the ELF header, for the processors that we know. */
const machines: Readonly<Record<string, number>> = {
  x64: 62,
  arm64: 183,
  ia32: 3,
  arm: 40,
  ppc64: 21,
  s390x: 22,
  riscv64: 243,
};

const headerBytes = 64;

/** Throws a BackendError unless the file can be an addon for this machine. */
export function checkAddonFile(file: string): void {
  if (process.platform !== "linux") return;
  const { header, size } = readHeader(file);
  const refuse = (expectation: string, received: unknown): never => {
    throw new BackendError(explain(file, expectation, received, "Install the package anew, or build the addon again."));
  };
  if (header.getUint32(0) !== 0x7f454c46) refuse("expected an addon for this machine", "a file of another kind");
  const little = endianness() === "LE";
  const machine = header.getUint16(18, little);
  const expected = machines[process.arch];
  if (expected !== undefined && machine !== expected) {
    refuse("expected an addon for this machine", `one for another processor (ELF machine ${machine})`);
  }
  // Linkers write the table of sections behind everything else.
  const wide = header.getUint8(4) === 2;
  const offset = wide ? Number(header.getBigUint64(40, little)) : header.getUint32(32, little);
  const end = offset + header.getUint16(wide ? 58 : 46, little) * header.getUint16(wide ? 60 : 48, little);
  if (end > size) refuse(`expected a complete file of ${end} bytes`, `${size} bytes`);
}

/** The first bytes, zeros where the file has none. */
function readHeader(file: string): { header: DataView; size: number } {
  const bytes = new Uint8Array(headerBytes);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes, 0, headerBytes, 0);
    return { header: new DataView(bytes.buffer), size: fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
}
