// `feedforward evaluate`: how good a saved model is on another table.

import { data } from "../node.js";
import type { Console } from "./console.js";
import { openModel } from "./model-file.js";
import { judge } from "./report.js";

export interface EvaluateOptions {
  readonly missing: "error" | "drop" | "mean" | "median" | "mode";
  readonly json: boolean;
}

export async function evaluate(
  model: string,
  file: string,
  { missing, json }: EvaluateOptions,
  console: Console,
): Promise<void> {
  const { net, preprocessing } = await openModel(model);
  const set = await data.csv(file, { schema: preprocessing.schema, missing });
  if (set.y === null) {
    const names = preprocessing.schema.targets.map(({ name }) => `"${name}"`).join(", ");
    throw new RangeError(`${file}: expected the targets ${names}, received a table without. Use feedforward predict.`);
  }
  const quality = await judge(net, set, preprocessing);
  if (json) console.out(JSON.stringify({ rows: set.rows, task: preprocessing.task, ...quality.scores }));
  else console.out(`On ${set.rows} rows of ${file}:\n\n${quality.text}`);
}
