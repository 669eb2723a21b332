// `feedforward tune`: finds the network and the numbers of its training for a CSV file, and trains the best one.

import type { DataSet } from "../data/index.js";
import {
  callbacks,
  type Model,
  pruners,
  type Study,
  samplers,
  tensor,
  type Trial,
  tune as search,
  type TuneOptions,
} from "../node.js";
import type { Console } from "./console.js";
import { withInterrupt } from "./interrupt.js";
import { saveModel } from "./model-file.js";
import { buildNetwork, compileNetwork, type NetworkOptions, outputsOf } from "./network.js";
import { checkOutputs, writeOutput } from "./output.js";
import type { Preprocessing } from "./preprocessing.js";
import { judge } from "./report.js";
import type { Task } from "./task.js";
import { divide, readTable, reportFile, type TrainOptions } from "./train.js";

export const searchSamplers = ["tpe", "gp", "random", "quasiRandom"] as const;
export const searchPruners = ["median", "successiveHalving", "hyperband", "none"] as const;

export interface TuneCommandOptions extends TrainOptions {
  readonly trials: number;
  readonly parallel: number;
  readonly sampler: (typeof searchSamplers)[number];
  readonly pruner: (typeof searchPruners)[number];
  readonly storage?: string;
  readonly timeout?: number;
  readonly maxLayers: number;
  readonly maxUnits: number;
}

/** Judges networks by the validation loss; the best one is trained once more and saved. */
export async function tuneCommand(file: string, options: TuneCommandOptions, console: Console): Promise<void> {
  if (options.target === undefined) {
    throw new RangeError("tune: expected --target <names>, the columns to predict, received none.");
  }
  const report = reportFile(options);
  await checkOutputs("tune", { out: options.out, report }, [file, options.test, options.config]);
  const { set, task } = await readTable(file, options, console);
  const { train, held } = await divide(set, task, options);
  const data = { train, held, task, outputs: outputsOf(set, task).outputs };
  const study = await withInterrupt((signal) => runSearch(data, options, signal, console));
  const { best } = study;
  const { net } = await trainNetwork(data, options, settingsOf(best.params, options), []);
  const preprocessing: Preprocessing = {
    ...{ version: 1, task, classes: set.classes ?? [] },
    schema: set.schema as Preprocessing["schema"],
  };
  const quality = await judge(net, held, preprocessing);
  await saveModel(net, options.out, preprocessing);
  if (report !== null)
    await writeOutput("tune", report, study.toHtml({ title: `feedforward tune ${file}`, scale: "log" }));
  if (options.json) {
    const results = { model: options.out, report, task, best, importance: study.importance(), ...quality.scores };
    console.out(JSON.stringify({ ...results, trials: study.trials }));
    return;
  }
  console.out(`${study.toTable({ most: 10 })}\n`);
  console.out(`importance: ${importanceText(study)}`);
  console.out(`\nthe best network, on ${held.rows} validation rows:\n`);
  console.out(quality.text);
  console.out(`\nmodel: ${options.out}${report === null ? "" : `\nreport: ${report}`}`);
  console.out(`again: ${commandOf(file, options, settingsOf(best.params, options))}`);
}

interface SearchData {
  readonly train: DataSet;
  readonly held: DataSet;
  readonly task: Task;
  readonly outputs: number;
}

interface Settings extends NetworkOptions {
  readonly batchSize: number;
}

async function runSearch(
  data: SearchData,
  options: TuneCommandOptions,
  signal: AbortSignal,
  console: Console,
): Promise<Study> {
  const { trials, parallel, sampler, pruner, seed, storage, timeout } = options;
  const objective = async (trial: Trial) => {
    const settings = settingsOf(ask(trial, options), options);
    const { net, loss } = await trainNetwork(data, options, settings, [trial.pruningCallback()], trial.signal);
    net.dispose();
    return loss;
  };
  const given: TuneOptions = {
    // The first epochs tell little: the median waits for them.
    ...{ trials, parallel, sampler: samplers[sampler](), seed, signal },
    pruner: pruner === "median" ? pruners.median({ warmupSteps: 5 }) : pruner,
    ...(storage !== undefined && { storage }),
    ...(timeout !== undefined && { timeout }),
    onTrial({ number, state, value, reason }, study) {
      const complete = study.trials.some((trial) => trial.state === "complete");
      const outcome =
        state === "failed"
          ? `failed: ${reason}`
          : `${value?.toPrecision(4) ?? "no value"}${state === "pruned" ? " (pruned)" : ""}`;
      const best = complete ? `; best ${study.best.value.toPrecision(4)} of trial ${study.best.number}` : "";
      console.note(`trial ${number + 1}/${trials}: ${outcome}${best}`);
    },
  };
  return await search(objective, given);
}

/** The space. No penalty on weights is in it: it would be a part of the loss by which networks are compared. Units are chosen for each layer, so that a layer more is a condition. */
function ask(trial: Trial, { maxLayers, maxUnits }: TuneCommandOptions): Record<string, unknown> {
  const layers = trial.int("layers", 1, maxLayers);
  for (let i = 1; i <= layers; i++) trial.int(`units${i}`, Math.min(8, maxUnits), maxUnits, { log: true });
  trial.categorical("activation", ["relu", "tanh", "silu"]);
  trial.float("dropout", 0, 0.5);
  trial.float("learningRate", 1e-4, 3e-2, { log: true });
  trial.categorical("batchSize", [16, 32, 64]);
  return trial.params;
}

function settingsOf(params: Readonly<Record<string, unknown>>, { seed }: TuneCommandOptions): Settings {
  const { layers, activation, dropout, learningRate, batchSize } = params as {
    layers: number;
    activation: string;
    dropout: number;
    learningRate: number;
    batchSize: number;
  };
  const hidden = Array.from({ length: layers }, (_, i) => params[`units${i + 1}`] as number);
  return { hidden, activation, dropout, l2: 0, optimizer: "adam", learningRate, batchSize, seed };
}

/** Until the validation gets no better; with the weights of the best epoch, whose loss it returns. */
async function trainNetwork(
  { train, held, task, outputs }: SearchData,
  { epochs, patience = 10, balanced }: TuneCommandOptions,
  settings: Settings,
  more: readonly ReturnType<Trial["pruningCallback"]>[],
  signal?: AbortSignal,
): Promise<{ net: Model; loss: number }> {
  const net = await buildNetwork(train, task, settings);
  compileNetwork(net, outputs, task, settings);
  const stop = callbacks.earlyStopping({ patience, restoreBestWeights: true });
  const history = await net.fit(train.x, train.y ?? tensor([]), {
    ...{ epochs, batchSize: Math.min(settings.batchSize, train.rows), callbacks: [...more, stop], verbose: 0 },
    ...(held.y != null && { validationData: [held.x, held.y] as const }),
    ...(balanced && task === "classification" && { classWeight: train.classWeight() }),
    ...(signal !== undefined && { signal }),
  });
  return { net, loss: Math.min(...(history.history.valLoss ?? [Number.NaN])) };
}

function importanceText(study: Study): string {
  const shares = Object.entries(study.importance()).map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
  return shares.length === 0 ? "too few trials to tell" : shares.join(", ");
}

/** What trains this network without a search. */
function commandOf(file: string, { target = [], seed, epochs }: TuneCommandOptions, settings: Settings): string {
  const { hidden, activation, dropout, learningRate = 0, batchSize } = settings;
  const number = (value: number) => Number(value.toPrecision(4));
  return [
    `feedforward train ${file} --target ${target.join(",")} --hidden ${hidden.join(",")} --activation ${activation}`,
    `--dropout ${number(dropout)} --learning-rate ${number(learningRate)} --batch-size ${batchSize}`,
    `--epochs ${epochs} --patience 10 --seed ${seed}`,
  ].join(" ");
}
