// The command line: which commands and options there are. What they do is in a file for each.

import { Command, CommanderError, Option } from "commander";
import { AbortError, version } from "../node.js";
import { delimiter, integer, integers, names, number, port } from "./arguments.js";
import { bench } from "./bench.js";
import type { Console } from "./console.js";
import { withConfig } from "./config.js";
import { convert } from "./convert.js";
import { evaluate } from "./evaluate.js";
import { info } from "./info.js";
import { playground } from "./playground.js";
import { predict } from "./predict.js";
import { tasks } from "./task.js";
import { train, type TrainOptions } from "./train.js";
import { searchPruners, searchSamplers, tuneCommand, type TuneCommandOptions } from "./tune.js";

/**
 * Runs `feedforward` with the arguments behind its name; returns the exit code: 0, 1 for mistakes of the user and for
 * whatever else fails, 130 when it was interrupted.
 */
export async function main(args: readonly string[], console: Console): Promise<number> {
  const program = new Command("feedforward");
  program
    .description("Train multilayer perceptrons from the command line.")
    .version(version, "-v, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out(text.trimEnd()),
      writeErr: (text) => console.note(text.trimEnd()),
    });

  program
    .command("info")
    .description("version, backend, instruction set, threads, and what was tried and why not")
    .option("--json", "print JSON", false)
    .action(async (options) => await info(options, console));

  program
    .command("bench")
    .description("what this machine does, per backend: products, training, latency")
    .option("--seconds <number>", "how long each number is measured", number(0.01, 600), 0.5)
    .option("--json", "print JSON", false)
    .action(async (options) => await bench(options, console));

  const missing = (...known: string[]) =>
    new Option("--missing <what>", "missing values").choices(known).default("error");

  program
    .command("train")
    .description("train a network on a CSV file, save it, and report how good it is")
    .argument("<file>", "a CSV file")
    .option("--target <names>", "the columns to predict, with commas between them", names)
    .option("--features <names>", "the columns to predict from; default all others", names)
    .addOption(new Option("--task <task>", "what to learn").choices(["auto", ...tasks]).default("auto"))
    .option("--hidden <units>", "neurons of the hidden layers, or none", integers, [64, 64])
    .option("--activation <name>", "of the hidden layers", "relu")
    .option("--dropout <rate>", "behind each hidden layer", number(0, 0.99), 0)
    .option("--l2 <factor>", "penalty on the hidden layers' weights", number(0), 0)
    .option("--optimizer <name>", "how weights are changed", "adam")
    .option("--learning-rate <number>", "default that of the optimizer", number(0))
    .option("--epochs <number>", "passes over the rows", integer(1), 50)
    .option("--batch-size <rows>", "rows of a step; default 32, or all for optimizers over all rows", integer(1))
    .option("--validation <share>", "of the rows, kept to judge by", number(0.01, 0.99), 0.2)
    .option("--test <file>", "a CSV file to judge by instead")
    .option("--patience <epochs>", "stop when the validation has not got better for so long", integer(0))
    .option("--balanced", "weigh classes so that each counts the same", false)
    .option("--seed <number>", "of weights, split and order", integer(0), 0)
    .addOption(missing("error", "drop", "mean", "median", "mode"))
    .option("--delimiter <sign>", 'between the fields, or "tab"; default found out', delimiter)
    .addOption(new Option("--decimal <sign>", "of numbers").choices([".", ","]).default("."))
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--resume", "go on with a training of this model that was stopped", false)
    .option("--report <file>", "where the HTML report goes; default beside the model")
    .option("--no-report", "write no report")
    .option("--config <file>", "a JSON file with these options; the command line goes before it")
    .option("--json", "print JSON", false)
    .action(async (file: string, _, command: Command) => {
      await train(file, await withConfig<TrainOptions>(command), console);
    });

  program
    .command("tune")
    .description("find the best network for a CSV file, train it, save it, and report on the search")
    .argument("<file>", "a CSV file")
    .option("--target <names>", "the columns to predict, with commas between them", names)
    .option("--features <names>", "the columns to predict from; default all others", names)
    .addOption(new Option("--task <task>", "what to learn").choices(["auto", ...tasks]).default("auto"))
    .option("--trials <number>", "networks to try, those of a stored study included", integer(1), 50)
    .addOption(new Option("--sampler <name>", "how they are chosen").choices(searchSamplers).default("tpe"))
    .addOption(new Option("--pruner <name>", "what ends bad ones early").choices(searchPruners).default("median"))
    .option("--parallel <number>", "trials at the same time", integer(1), 1)
    .option("--timeout <seconds>", "begin no trial after it", number(0))
    .option("--storage <file>", "a study file of SQLite, or postgresql://...: an interrupted search goes on from it")
    .option("--max-layers <number>", "hidden layers at most", integer(1), 3)
    .option("--max-units <number>", "neurons of a layer at most", integer(1), 128)
    .option("--epochs <number>", "passes over the rows at most", integer(1), 100)
    .option("--patience <epochs>", "stop when the validation has not got better for so long", integer(0), 10)
    .option("--validation <share>", "of the rows, kept to judge by", number(0.01, 0.99), 0.2)
    .option("--test <file>", "a CSV file to judge by instead")
    .option("--balanced", "weigh classes so that each counts the same", false)
    .option("--seed <number>", "of search, weights, split and order", integer(0), 0)
    .addOption(missing("error", "drop", "mean", "median", "mode"))
    .option("--delimiter <sign>", 'between the fields, or "tab"; default found out', delimiter)
    .addOption(new Option("--decimal <sign>", "of numbers").choices([".", ","]).default("."))
    .option("--out <file>", "where the best model goes", "model.safetensors")
    .option("--report <file>", "where the HTML report goes; default beside the model")
    .option("--no-report", "write no report")
    .option("--config <file>", "a JSON file with these options; the command line goes before it")
    .option("--json", "print JSON", false)
    .action(async (file: string, _, command: Command) => {
      await tuneCommand(file, await withConfig<TuneCommandOptions>(command), console);
    });

  program
    .command("evaluate")
    .description("how good a saved model is on a CSV file")
    .argument("<model>", "a model of feedforward train")
    .argument("<file>", "a CSV file with the targets")
    .addOption(missing("error", "drop", "mean", "median", "mode"))
    .option("--json", "print JSON", false)
    .action(async (model: string, file: string, options) => await evaluate(model, file, options, console));

  program
    .command("predict")
    .description("the predictions of a saved model for a CSV file")
    .argument("<model>", "a model of feedforward train")
    .argument("<file>", "a CSV file")
    .option("--out <file>", "where the predictions go; default standard output")
    .addOption(missing("error", "mean", "median", "mode"))
    .option("--json", "write JSON", false)
    .action(async (model: string, file: string, options) => await predict(model, file, options, console));

  program
    .command("convert")
    .description(
      "a model in another format, by the ends of the names: .safetensors, .onnx, .json (tfjs), .npz, .pt.safetensors",
    )
    .argument("<from>", "a .safetensors, .onnx or tfjs .json file")
    .argument("<to>", "the file to write")
    .option("--opset <number>", "of ONNX", integer(1))
    .action(async (from: string, to: string, options) => await convert(from, to, options, console));

  program
    .command("playground")
    .description("the page that trains networks in the browser, served to this machine")
    .option("--port <number>", "default 8421, or a free one; 0 is any free one", port)
    .option("--open", "open it in the browser", false)
    .action(async (options) => await playground(options, console));

  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    return report(error, console);
  }
}

/** One clear line for what went wrong, and the exit code. */
function report(error: unknown, console: Console): number {
  // It has been told already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof AbortError) {
    console.note(oneLine(error.message));
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.note(`error: ${oneLine(message)}`);
  // A failure of ours: its stack helps to find it.
  if (error instanceof Error && message.startsWith("internal:")) console.note(error.stack ?? "");
  return 1;
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ").trim();
}
