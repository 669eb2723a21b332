// `feedforward predict`: the predictions of a saved model for a table, as another table.

import papaparse from "papaparse";
import { data } from "../node.js";
import type { Console } from "./console.js";
import { openModel } from "./model-file.js";
import { checkOutputs, writeOutput } from "./output.js";
import { predictedClasses, type Preprocessing } from "./preprocessing.js";

export interface PredictOptions {
  readonly out?: string;
  readonly missing: "error" | "mean" | "median" | "mode";
  readonly json: boolean;
}

/** One line for each row of the file: the prediction, and for classes their probabilities. */
export async function predict(
  model: string,
  file: string,
  { out, missing, json }: PredictOptions,
  console: Console,
): Promise<void> {
  await checkOutputs("predict", { out }, [model, file]);
  const { net, preprocessing } = await openModel(model);
  // The targets, which may be missing, are of no interest here.
  const schema = { ...preprocessing.schema, targets: [] };
  const set = await data.csv(file, { schema, missing });
  const outputs = (await net.predict(set.x, { batchSize: 1024 })).data as Float32Array;
  const { header, rows } = describe(outputs, preprocessing);
  if (json) {
    const objects = rows.map((row) => Object.fromEntries(row.map((value, j) => [header[j] as string, value])));
    await write(`${JSON.stringify(objects)}\n`, out, console);
  } else {
    const text = papaparse.unparse({ fields: header, data: rows }, { delimiter: schema.delimiter, newline: "\n" });
    await write(`${text}\n`, out, console);
  }
  if (out !== undefined) console.note(`${out}: ${rows.length} predictions`);
}

async function write(text: string, out: string | undefined, console: Console): Promise<void> {
  if (out === undefined) console.out(text.trimEnd());
  else await writeOutput("predict, --out", out, text);
}

function describe(outputs: Float32Array, { task, schema, classes }: Preprocessing) {
  const names = schema.targets.map(({ name }) => name);
  const short = (value: number) => Number(value.toPrecision(7));
  if (task !== "classification") {
    const header = task === "regression" ? names : names.flatMap((name) => [name, `probability ${name}`]);
    const rows = Array.from({ length: outputs.length / names.length }, (_, i) =>
      names.flatMap((__, j) => {
        const value = outputs[i * names.length + j] as number;
        return task === "regression" ? [short(value)] : [value > 0.5 ? 1 : 0, short(value)];
      }),
    );
    return { header, rows };
  }
  const header = [...names, ...classes.map((name) => `probability ${name}`)];
  const rows = predictedClasses(outputs, classes.length).map((number, i) => {
    const chances =
      classes.length <= 2
        ? [1 - (outputs[i] as number), outputs[i] as number]
        : Array.from(outputs.subarray(i * classes.length, (i + 1) * classes.length));
    return [classes[number] as string, ...chances.slice(0, classes.length).map(short)];
  });
  return { header, rows };
}
