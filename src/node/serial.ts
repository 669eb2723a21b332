// One after the other: a connection that several parts of a program share.

import type { Query } from "../tune/storage/sql.js";

/** Runs works in their order, each after the one before has ended, well or badly. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** What `work` asks stands or falls together. `begin` are the statements that open the transaction. */
export async function inTransaction<T>(
  query: Query,
  begin: readonly string[],
  work: (query: Query) => Promise<T>,
): Promise<T> {
  try {
    for (const statement of begin) await query(statement);
    const result = await work(query);
    await query("COMMIT");
    return result;
  } catch (error) {
    await query("ROLLBACK").catch(() => {});
    throw error;
  }
}
