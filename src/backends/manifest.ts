// What a core tells about itself, and the check that it was built from the same table of operations as this package.

import { BackendError, explain } from "../errors.js";
import { abiVersion, manifestHash } from "../program/ops.gen.js";

/** The part of the core's JSON that changes from machine to machine; the table itself is in program/ops.gen.ts. */
export interface Manifest {
  readonly abi: number;
  readonly hash: string;
  readonly isas: readonly string[];
  readonly isa: string;
  readonly threads: number;
}

/** Parses the text of ff_describe. Throws a BackendError when the numbers of that core mean something else than ours. */
export function parseManifest(where: string, text: string, remedy: string): Manifest {
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.abi === abiVersion && manifest.hash === manifestHash) return manifest;
  const expectation = `the core must have version ${abiVersion} and the table of operations ${manifestHash}`;
  throw new BackendError(explain(where, expectation, `version ${manifest.abi} and table ${manifest.hash}`, remedy));
}
