// What a storage is: where a study's trials are kept, so that it can go on later, and several processes can share it.

import type { Assignment, Direction, TrialRecord } from "../records.js";

/** A study in a storage. All changes are of trials that this process began, but for `fail`. */
export interface StoredStudy {
  /** True when other processes may write to it as well. */
  readonly shared: boolean;
  /** The trials from a number on, by number. */
  load(from: number): Promise<TrialRecord[]>;
  /** Begins the next trial; null when there are `limit` already. */
  begin(limit: number): Promise<TrialRecord | null>;
  assign(number: number, name: string, assignment: Assignment): Promise<void>;
  report(number: number, step: number, value: number): Promise<void>;
  /** Ends a trial with the record's state, value and reason; false when it had ended already. */
  finish(record: TrialRecord): Promise<boolean>;
  /** Tells that these trials of this process still run. */
  beat(numbers: readonly number[]): Promise<void>;
  /** Trials that run no more because their process has ended, with what is known of it. */
  lost(): Promise<readonly { readonly number: number; readonly reason: string }[]>;
  close(): Promise<void>;
}

export interface OpenedStudy {
  readonly study: StoredStudy;
  readonly direction: Direction;
}

export interface Storage {
  /**
   * Opens the study of that name; makes it, and what holds it, when `create` is true and there is none.
   *
   * @throws RangeError when it has another direction, and when there is none that may be made.
   */
  open(
    where: string,
    study: string,
    options: { readonly direction: Direction | undefined; readonly create: boolean },
  ): Promise<OpenedStudy>;
}
