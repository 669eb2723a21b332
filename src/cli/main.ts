// The command line: which commands and options there are. What they do is in a file for each.

import { Command, CommanderError } from "commander";
import { AbortError, version } from "../node.js";
import { number } from "./arguments.js";
import { bench } from "./bench.js";
import type { Console } from "./console.js";
import { info } from "./info.js";

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
