// Storages by their addresses: files and servers, which only the Node entry can reach.

import { describeValue, explain } from "../../errors.js";
import { memoryStorage } from "./memory.js";
import type { Storage } from "./storage.js";

/** Finds the storage of an address, such as "study.db" or "postgresql://host/database". */
export type StorageOpener = (where: string, address: string) => Promise<Storage>;

let opener: StorageOpener | undefined;

/** Called by the Node entry. */
export function installStorages(open: StorageOpener): void {
  opener = open;
}

export async function resolveStorage(where: string, given: unknown): Promise<Storage> {
  if (given === undefined || given === null) return memoryStorage();
  if (typeof given === "object" && "open" in given) return given as Storage;
  if (typeof given !== "string" || given === "") {
    const remedy = 'Give a file such as "study.db", or "postgresql://...".';
    throw new TypeError(
      explain(where, "storage must be the name of a file or an address", describeValue(given), remedy),
    );
  }
  if (opener !== undefined) return await opener(where, given);
  const remedy = "Leave it out: the study is kept in memory then.";
  throw new RangeError(explain(where, "expected no storage outside of Node", describeValue(given), remedy));
}
