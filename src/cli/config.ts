// Options from a JSON file: `--config`. They are checked like those of the command line, which go before them.

import { readFile } from "node:fs/promises";
import type { Command, Option } from "commander";

/** The options of a command, filled up from its config file. Names are those of the options, in camelCase or with hyphens. */
export async function withConfig<Options>(command: Command): Promise<Options> {
  const given = command.opts<Record<string, unknown>>();
  const { config } = given;
  if (typeof config !== "string") return given as Options;
  const values = await readConfig(config);
  for (const [key, value] of Object.entries(values)) {
    const option = command.options.find(
      (candidate) => candidate.attributeName() === key || candidate.long === `--${key}`,
    );
    if (option === undefined || option.attributeName() === "config") {
      const known = [...new Set(command.options.map((candidate) => candidate.attributeName()))];
      throw new RangeError(`${config}: expected options among ${known.join(", ")}, received "${key}".`);
    }
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === "cli") continue;
    given[name] = parseValue(config, option, value);
  }
  return given as Options;
}

async function readConfig(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new RangeError(`--config: expected a file that can be read at ${file}, received ${error.message}.`);
  });
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${file}: expected JSON, received text that is none (${(error as Error).message}).`);
  }
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return values as Record<string, unknown>;
  throw new TypeError(`${file}: expected an object of options, received other JSON.`);
}

/** As if the value stood on the command line. */
function parseValue(file: string, option: Option, value: unknown): unknown {
  const where = `${file}, ${option.attributeName()}`;
  const takesValue = option.required || option.optional;
  if (!takesValue) {
    if (typeof value === "boolean") return value;
    throw new TypeError(`${where}: expected true or false, received ${JSON.stringify(value)}.`);
  }
  if (option.attributeName() === "report" && value === false) return false;
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (option.argChoices !== undefined && !option.argChoices.includes(text)) {
    throw new RangeError(
      `${where}: expected one of ${option.argChoices.join(", ")}, received ${JSON.stringify(value)}.`,
    );
  }
  try {
    return option.parseArg === undefined ? text : option.parseArg(text, undefined);
  } catch (error) {
    throw new RangeError(`${where}: ${(error as Error).message} Received ${JSON.stringify(value)}.`);
  }
}
