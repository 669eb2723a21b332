// The book of a study: the records that samplers and pruners look at, kept in step with the storage.

import type { Assignment, TrialRecord } from "./records.js";
import type { StoredStudy } from "./storage/storage.js";

const refreshMilliseconds = 1000;

/**
 * Changes are made here at once and go to the storage in their order; `settled` waits for it. Trials of other processes are copies
 * that are renewed from time to time.
 */
export class Ledger {
  readonly #stored: StoredStudy;
  readonly #records: (TrialRecord | undefined)[] = [];
  /** Trials that this process runs. */
  readonly #own = new Set<number>();
  #queue: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #refreshed = 0;

  constructor(stored: StoredStudy) {
    this.#stored = stored;
  }

  /** By number. */
  get records(): TrialRecord[] {
    return this.#records.filter((record) => record !== undefined);
  }

  get own(): readonly number[] {
    return [...this.#own];
  }

  /** All but one. */
  others(number: number): TrialRecord[] {
    return this.records.filter((record) => record.number !== number);
  }

  /** Reads what other processes have done. */
  async refresh(): Promise<void> {
    this.#refreshed = performance.now();
    const open = this.#records.findIndex(
      (record) => record === undefined || (record.state === "running" && !this.#own.has(record.number)),
    );
    const loaded = await this.#stored.load(open < 0 ? this.#records.length : open);
    for (const record of loaded) if (!this.#own.has(record.number)) this.#records[record.number] = record;
  }

  async begin(limit: number): Promise<TrialRecord | null> {
    await this.settled();
    const record = await this.#stored.begin(limit);
    if (record === null) return null;
    this.#records[record.number] = record;
    this.#own.add(record.number);
    return record;
  }

  assign(record: TrialRecord, name: string, assignment: Assignment): void {
    record.parameters.set(name, assignment);
    this.#write(() => this.#stored.assign(record.number, name, assignment));
  }

  report(record: TrialRecord, step: number, value: number): void {
    record.reports.set(step, value);
    this.#write(() => this.#stored.report(record.number, step, value));
    if (!this.#stored.shared || performance.now() - this.#refreshed < refreshMilliseconds) return;
    this.#refreshed = performance.now();
    this.#write(() => this.refresh());
  }

  /** Ends a trial of this process, with the state that its record has now. */
  async finish(record: TrialRecord): Promise<void> {
    record.finished = new Date();
    this.#write(() => this.#stored.finish(record));
    await this.settled();
    this.#own.delete(record.number);
  }

  /** Ends the trials whose processes have ended. */
  async sweep(): Promise<void> {
    await this.settled();
    for (const { number, reason } of await this.#stored.lost()) {
      const record = this.#records[number];
      if (record === undefined || record.state !== "running" || this.#own.has(number)) continue;
      const failed: TrialRecord = { ...record, state: "failed", value: null, reason, finished: new Date() };
      if (await this.#stored.finish(failed)) this.#records[number] = failed;
    }
  }

  beat(): void {
    this.#write(() => this.#stored.beat(this.own));
  }

  /** Waits until the storage has everything; throws its first failure. */
  async settled(): Promise<void> {
    await this.#queue;
    if (this.#failure === undefined) return;
    const failure = this.#failure;
    this.#failure = undefined;
    throw failure;
  }

  async close(): Promise<void> {
    try {
      await this.settled();
    } finally {
      await this.#stored.close();
    }
  }

  #write(work: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}
