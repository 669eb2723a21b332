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

function everyValue(values: ArrayLike<number>, test: (value: number) => boolean): boolean {
  for (let i = 0; i < values.length; i++) if (!test(values[i] as number)) return false;
  return true;
}
