// What a study and its threads tell each other.

import type { Question } from "../tune/trial.js";

export interface WorkerSetup {
  readonly module: string;
  /** A MessagePort. */
  readonly port: unknown;
  /** 1 when an answer has come. */
  readonly flag: Int32Array;
}

export interface Task {
  readonly number: number;
  readonly threads: number;
}

export type Call =
  | { readonly method: "ask"; readonly values: Question }
  | { readonly method: "report"; readonly values: readonly [number, number | undefined] }
  | { readonly method: "shouldPrune"; readonly values: null };

export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly name: string; readonly message: string };
