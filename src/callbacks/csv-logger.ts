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
  /** Go on with a file that exists, in the columns of its header; default false: each training begins it anew. */
  append?: boolean;
}

/**
 * Writes a line for each epoch: its number and the results in the order of their names. After an epoch without validation, there is
 * "NA" in the place of its results. Fields are quoted as RFC 4180 says. Follows keras.callbacks.CSVLogger.
 *
 * @throws TypeError without `filename` and without `write`; RangeError for a separator that is not one character, and during `fit`
 * for a file to go on with that has no column for a result.
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
  if (options.write !== undefined && typeof options.write !== "function") {
    throw new TypeError(explain(where, "write must be a function", describeValue(options.write)));
  }
  const file = options.write === undefined ? checkFilename(where, filename) : null;
  const line = (fields: readonly string[]) => `${fields.map((field) => quoted(field, separator)).join(separator)}\r\n`;
  let validates = false;
  let names: string[] | null = null;
  /** The columns, which are those of the header that is there. */
  const begin = (found: string[]): { names: string[]; header: string } => {
    const header = file !== null && append ? fileOutput(where).firstLine(where, file) : "";
    if (header === "") return { names: found, header: line(["epoch", ...found]) };
    const [first, ...known] = fieldsOf(header, separator);
    const missing = found.find((name) => !known.includes(name));
    if (first === "epoch" && missing === undefined) return { names: known, header: "" };
    const expectation = `expected "${file}" to have the columns epoch, ${found.join(", ")}`;
    throw new RangeError(explain(where, expectation, describeValue(header), "Choose another file, or append: false."));
  };
  return {
    setParams({ validationFreq }: FitParameters) {
      validates = validationFreq !== null;
      names = null;
    },
    onEpochEnd(epoch, logs) {
      const anew = names === null;
      let header = "";
      if (names === null) ({ names, header } = begin(columnsOf(logs, validates)));
      const text = header + line([String(epoch), ...names.map((name) => (name in logs ? String(logs[name]) : "NA"))]);
      if (file === null) return options.write?.(text);
      fileOutput(where).write(where, file, text, anew && !append);
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

/** The fields of a line that `quoted` wrote. */
function fieldsOf(header: string, separator: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= header.length; at++) {
    const [whole = "", text] = /^"((?:[^"]|"")*)"/.exec(header.slice(at)) ?? [];
    const end = header.indexOf(separator, at + whole.length);
    const last = end < 0 ? header.length : end;
    fields.push(text === undefined ? header.slice(at, last) : text.replaceAll('""', '"'));
    at = last;
  }
  return fields;
}

function checkFilename(where: string, filename: string | undefined): string {
  if (typeof filename !== "string" || filename === "") {
    const remedy = `For example { filename: "log.csv" }.`;
    throw new TypeError(explain(where, "expected filename or write", describeValue(filename), remedy));
  }
  fileOutput(where);
  return filename;
}
