// What is to be learnt from a table: told by the user, or inferred from the target columns.

import type { CsvSchema, DataSet } from "../data/index.js";

/** "multilabel": several yes-or-no targets that do not exclude each other. */
export type Task = "classification" | "regression" | "multilabel";

export const tasks: readonly Task[] = ["classification", "regression", "multilabel"];

/** Integer targets with at most so many different values are taken as classes. */
const mostIntegerClasses = 20;

/** A task with the reason why it was chosen. */
export interface InferredTask {
  readonly task: Task;
  readonly reason: string;
}

/** Looks at kinds and values of the targets. */
export function inferTask(set: DataSet): InferredTask {
  const { targets } = set.schema as CsvSchema;
  const names = targets.map(({ name }) => `"${name}"`).join(", ");
  const kinds = new Set(targets.map(({ kind }) => kind));
  const values = set.y?.data ?? [];
  if (targets.length > 1) {
    const binary = kinds.has("boolean") || everyValue(values, (value) => value === 0 || value === 1);
    return binary
      ? { task: "multilabel", reason: `${names} are 0 or 1` }
      : { task: "regression", reason: `${names} are numbers` };
  }
  if (kinds.has("category")) return { task: "classification", reason: `${names} is text` };
  if (kinds.has("boolean")) return { task: "classification", reason: `${names} is true or false` };
  const distinct = new Set(Array.from(values));
  const few = distinct.size <= mostIntegerClasses && distinct.size * 10 <= Math.max(values.length, 20);
  return few && everyValue(values, Number.isInteger)
    ? { task: "classification", reason: `${names} has ${distinct.size} different integers` }
    : { task: "regression", reason: `${names} is a number` };
}

/** Throws unless the targets are such that the task can be learnt from them. */
export function checkTask(set: DataSet, task: Task): void {
  const { targets } = set.schema as CsvSchema;
  const problem = (expectation: string, received: string) =>
    new RangeError(`train, --target: expected ${expectation} for task ${task}, received ${received}.`);
  const text = targets.find(({ kind }) => kind === "category");
  if (task === "classification") {
    if (targets.length > 1) throw problem("one column", `${targets.length} columns`);
  } else if (text !== undefined) {
    throw problem("numbers", `texts in "${text.name}"`);
  } else if (task === "multilabel") {
    const other = Array.from(set.y?.data ?? []).find((value) => value !== 0 && value !== 1);
    if (other !== undefined) throw problem("0 and 1", String(other));
  }
}

function everyValue(values: ArrayLike<number>, test: (value: number) => boolean): boolean {
  for (let i = 0; i < values.length; i++) if (!test(values[i] as number)) return false;
  return true;
}
