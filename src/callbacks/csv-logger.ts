// Writes the results of each epoch to a CSV file.

import { checkBoolean, checkOptions, describeValue, explain } from "../errors.js";
import { validationName } from "../naming.js";
import type { Callback, FitParameters, Logs } from "./callback.js";
import { fileOutput } from "./file-output.js";

export interface CsvLoggerOptions {
  /** The path of the file, in Node. */
  filename?: string;
  /** Anywhere: called with each line, its end included, instead of writing to a file. */
  write?: (text: string) => void | Promise<void>;
  /** Between two fields; default ",". */
  separator?: string;
  /** Go on with a file that exists, without a second header; default false, which begins it anew. */
  append?: boolean;
}

/**
 * Writes a line for each epoch: its number and the results in the order of their names. After an epoch without validation, there is
 * "NA" in the place of its results. Fields are quoted as RFC 4180 says. Follows keras.callbacks.CSVLogger.
 *
 * @throws TypeError without `filename` and without `write`; RangeError for a separator that is not one character.
 * @example
 * await net.fit(x, y, { epochs: 10, callbacks: [callbacks.csvLogger({ filename: "log.csv", append: true })] });
 */
export function csvLogger(options: CsvLoggerOptions): Callback {
  const where = "callbacks.csvLogger";
  checkOptions(where, options, ["filename", "write", "separator", "append"]);
  const { separator = ",", filename } = options;
  if (typeof separator !== "string" || separator.length !== 1 || /["\r\n]/.test(separator)) {
    throw new RangeError(explain(where, "separator must be one character", describeValue(separator)));
  }
  const append = checkBoolean(where, "append", options.append ?? false);
  const write = options.write ?? fileWriter(where, filename, append);
  if (typeof write !== "function") {
    throw new TypeError(explain(where, "write must be a function", describeValue(write)));
  }
  const hasHeader = () => append && options.write === undefined && fileOutput(where).size(filename as string) > 0;
  const line = (fields: readonly string[]) => `${fields.map((field) => quoted(field, separator)).join(separator)}\r\n`;
  let validates = false;
  let names: string[] | null = null;
  return {
    setParams({ validationFreq }: FitParameters) {
      validates = validationFreq !== null;
      names = null;
    },
    onEpochEnd(epoch, logs) {
      let text = "";
      if (names === null) {
        names = columnsOf(logs, validates);
        if (!hasHeader()) text = line(["epoch", ...names]);
      }
      text += line([String(epoch), ...names.map((name) => (name in logs ? String(logs[name]) : "NA"))]);
      return write(text);
    },
  };
}

/** With a validation, its results have columns even when the first epoch has none. */
function columnsOf(logs: Logs, validates: boolean): string[] {
  const names = Object.keys(logs);
  const known = names.some((name) => names.includes(validationName(name)));
  return [...names, ...(validates && !known ? names.map(validationName) : [])].sort();
}

function quoted(field: string, separator: string): string {
  return field.includes(separator) || /["\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function fileWriter(where: string, filename: string | undefined, append: boolean): (text: string) => void {
  if (typeof filename !== "string" || filename === "") {
    const remedy = `For example { filename: "log.csv" }.`;
    throw new TypeError(explain(where, "expected filename or write", describeValue(filename), remedy));
  }
  const output = fileOutput(where);
  let anew = !append;
  return (text) => {
    output.write(filename, text, anew);
    anew = false;
  };
}
