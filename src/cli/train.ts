// `feedforward train`: from a CSV file to a saved model with a report.

import type { DataSet } from "../data/index.js";
import { type History, callbacks, data, type Model, plots, tensor } from "../node.js";
import type { Console } from "./console.js";
import { saveModel } from "./model-file.js";
import { buildNetwork, compileNetwork, type NetworkOptions, outputsOf } from "./network.js";
import { checkOutputs, writeOutput } from "./output.js";
import type { Preprocessing } from "./preprocessing.js";
import { judge, type Quality } from "./report.js";
import { backupOf, checkBackup, Resumable, type TrainingKey } from "./resume.js";
import { checkTask, inferTask, type Task } from "./task.js";
import { withInterrupt } from "./interrupt.js";

export interface TableOptions {
  /** Required, on the command line or in the config file. */
  readonly target: readonly string[] | undefined;
  readonly features?: readonly string[];
  readonly missing: "error" | "drop" | "mean" | "median" | "mode";
  readonly delimiter?: string;
  readonly decimal: "." | ",";
}

export interface TrainOptions extends TableOptions, NetworkOptions {
  readonly task: Task | "auto";
  readonly epochs: number;
  readonly batchSize?: number;
  readonly validation: number;
  readonly test?: string;
  readonly config?: string;
  readonly patience?: number;
  readonly balanced: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly report: string | false | undefined;
  readonly json: boolean;
}

/** Trains on a part of the rows, and reports how good the model is on the others, or on a file of its own. */
export async function train(file: string, options: TrainOptions, console: Console): Promise<void> {
  if (options.target === undefined) {
    throw new RangeError("train: expected --target <names>, the columns to predict, received none.");
  }
  const report = reportFile(options);
  await checkOutputs("train", { out: options.out, report }, [file, options.test, options.config]);
  const { set, task } = await readTable(file, options, console);
  const preprocessing: Preprocessing = {
    ...{ version: 1, task, classes: set.classes ?? [] },
    schema: set.schema as Preprocessing["schema"],
  };
  const { train: rows, held } = await divide(set, task, options);
  const net = await buildNetwork(rows, task, options);
  compileNetwork(net, outputsOf(set, task).outputs, task, options);
  const { batchSize = null, optimizer, validation, test = null, balanced, seed } = options;
  const key = { file, rows: rows.rows, batchSize, optimizer, validation, test, balanced, seed };
  const resumable = await prepareResume(net, key, options);
  const history = await resumable.run(async () => {
    return await trainNetwork(net, rows, options.test === undefined ? held : null, task, options, resumable, console);
  });
  const quality = await judge(net, held, preprocessing);
  await saveModel(net, options.out, preprocessing);
  const where = options.test === undefined ? "validation rows" : `rows of ${options.test}`;
  if (report !== null) await writeReport(report, file, net, history, quality, `${held.rows} ${where}`);
  if (options.json) {
    const results = { model: options.out, report, task, rows: rows.rows, held: held.rows, ...quality.scores };
    console.out(JSON.stringify({ ...results, history: history.history }));
    return;
  }
  console.out(`On ${held.rows} ${where}:\n`);
  console.out(quality.text);
  console.out(`\nmodel: ${options.out}${report === null ? "" : `\nreport: ${report}`}`);
}

/** The network tells in its backup what it is trained on. */
async function prepareResume(net: Model, key: TrainingKey, { out, resume }: TrainOptions): Promise<Resumable> {
  const path = backupOf(out);
  if (resume) await checkBackup(path, key);
  net.metadata = { ...net.metadata, training: key };
  return new Resumable(path, resume);
}

/** Reads the table; integers that turn out to be classes are read again as such. */
export async function readTable(
  file: string,
  options: TrainOptions,
  console: Console,
): Promise<{ set: DataSet; task: Task }> {
  const { target, features, missing, delimiter, decimal } = options;
  const given = {
    ...{ target: target ?? [], missing, decimal },
    ...(features !== undefined && { features }),
    ...(delimiter !== undefined && { delimiter }),
  };
  const set = await data.csv(file, given);
  const inferred = options.task === "auto" ? inferTask(set) : { task: options.task, reason: "as told" };
  console.note(`${file}: ${set.rows} rows, ${set.x.shape[1]} inputs; task: ${inferred.task} (${inferred.reason})`);
  const { task } = inferred;
  checkTask(set, task);
  if (task !== "classification" || set.classes !== null) return { set, task };
  const columns = Object.fromEntries((target ?? []).map((name) => [name, "category" as const]));
  return { set: await data.csv(file, { ...given, columns }), task };
}

/** The rows to train on, and those to judge by. */
export async function divide(
  set: DataSet,
  task: Task,
  options: TrainOptions,
): Promise<{ train: DataSet; held: DataSet }> {
  const { test, validation, seed } = options;
  if (test !== undefined) {
    const schema = set.schema as Preprocessing["schema"];
    return { train: set, held: await data.csv(test, { schema, missing: options.missing }) };
  }
  const { train, test: held } = set.split(1 - validation, { seed, stratify: task === "classification" });
  return { train, held };
}

async function trainNetwork(
  net: Model,
  rows: DataSet,
  held: DataSet | null,
  task: Task,
  options: TrainOptions,
  resumable: Resumable,
  console: Console,
): Promise<History> {
  const { epochs, batchSize, patience, balanced } = options;
  const monitor = held === null ? "loss" : "valLoss";
  const stopping =
    patience === undefined ? [] : [callbacks.earlyStopping({ monitor, patience, restoreBestWeights: true })];
  const writer = {
    write: (text: string) => console.progress(text),
    isTTY: console.interactive,
    columns: console.columns,
  };
  return await withInterrupt((signal) =>
    net.fit(rows.x, rows.y ?? tensor([]), {
      ...{ epochs, callbacks: [resumable.callback, ...stopping], signal, verbose: 1, writer },
      // As in Keras, a batch is no larger than the data.
      ...(batchSize !== undefined && { batchSize: Math.min(batchSize, rows.rows) }),
      ...(held?.y != null && { validationData: [held.x, held.y] as const }),
      ...(balanced && task === "classification" && { classWeight: rows.classWeight() }),
    }),
  );
}

export function reportFile({ report, out }: Pick<TrainOptions, "report" | "out">): string | null {
  if (report === false) return null;
  return report ?? `${out.replace(/\.[^./\\]*$/, "")}.html`;
}

async function writeReport(
  report: string,
  file: string,
  net: Model,
  history: History,
  quality: Quality,
  rows: string,
): Promise<void> {
  const html = plots.report({
    title: `feedforward train ${file}`,
    sections: [
      { heading: `Quality on ${rows}`, preformatted: quality.text, svg: quality.pictures },
      { heading: "Training curves", svg: [history.toSvg()] },
      { heading: "Network", preformatted: net.summary(), svg: [net.toSvg({ maxUnits: 10 })] },
    ],
  });
  await writeOutput("train, --report", report, html);
}
