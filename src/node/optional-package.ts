// Packages that users install only when they need them.

import { explain } from "../errors.js";

/** The package's default export; an error that tells how to get it when it is not installed. */
export async function importOptional<T>(where: string, name: string, need: string, remedy: string): Promise<T> {
  try {
    // The name is no literal: bundlers of users would look for the package.
    const module = (await import(name)) as { default: T };
    return module.default;
  } catch (error) {
    throw new Error(explain(where, need, `none (${reason(error)})`, remedy), { cause: error });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] as string) : String(error);
}
