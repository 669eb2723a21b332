// What a model of the command line knows besides its weights: how the columns of a table become its inputs, and what its outputs mean.

import type { CsvSchema } from "../data/index.js";
import { FormatError } from "../node.js";
import { type Task, tasks } from "./task.js";

/** It is plain data: the model's metadata keep it. */
export interface Preprocessing {
  readonly version: 1;
  readonly task: Task;
  readonly schema: CsvSchema;
  /** The texts of the classes by number; empty for other tasks than classification. */
  readonly classes: readonly string[];
}

/** What a file has in its place, which may be anything. */
export function checkPreprocessing(where: string, value: unknown): Preprocessing {
  if (value === undefined) {
    const remedy = "Only models of feedforward train know the columns of a table.";
    throw new FormatError(`${where}: expected a model for tables, received one without columns. ${remedy}`);
  }
  const { version, task, schema, classes } = (value ?? {}) as Partial<Preprocessing>;
  const known = version === 1 && tasks.includes(task as Task) && Array.isArray(classes);
  if (known && Array.isArray(schema?.features) && Array.isArray(schema.targets)) return value as Preprocessing;
  throw new FormatError(`${where}: expected columns of version 1, received version ${String(version)}.`);
}

/** The number of the class with the largest probability in each row; of a single output, whether it is above 1/2. */
export function predictedClasses(outputs: ArrayLike<number>, classes: number): number[] {
  const width = classes <= 2 ? 1 : classes;
  return Array.from({ length: outputs.length / width }, (_, row) => {
    if (width === 1) return (outputs[row] as number) > 0.5 ? 1 : 0;
    let best = 0;
    for (let j = 1; j < width; j++) {
      if ((outputs[row * width + j] as number) > (outputs[row * width + best] as number)) best = j;
    }
    return best;
  });
}
