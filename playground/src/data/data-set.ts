// The rows that are chosen on the page: made here, or read from the user's CSV file.

import { type CsvSchema, data, type DataSet } from "feedforward";
import type { Config } from "../state/config.js";
import { digitSize, drawDigit } from "./digits.js";
import { randomNumbers } from "./random.js";
import { circle, gauss, spiral, xor } from "./shapes.js";

export interface CsvFile {
  readonly name: string;
  readonly text: string;
  /** The name of the column with the classes; null for the last one. */
  readonly target: string | null;
}

export interface Rows {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly count: number;
}

export interface PlaygroundData {
  readonly width: number;
  readonly classes: readonly string[];
  readonly train: Rows;
  readonly test: Rows;
  /** Of the columns of x. */
  readonly features: readonly string[];
  /** Of a CSV file: all columns, and the one with the classes. */
  readonly columns: readonly string[];
  readonly target: string;
}

const shapes = { circle, xor, gauss, spiral };
export const mostClasses = 10;
export const mostFeatures = 64;
export const mostRows = 20_000;

export async function makeData(config: Config, csv: CsvFile | null): Promise<PlaygroundData> {
  if (config.data === "csv") {
    if (csv === null) throw new RangeError("csv: choose a file first.");
    return await readCsv(config, csv);
  }
  const random = randomNumbers(config.seed);
  const digits = config.data === "digits";
  const width = digits ? digitSize * digitSize : 2;
  const [x, y] = [new Float32Array(config.points * width), new Float32Array(config.points)];
  if (config.data === "digits") {
    for (let i = 0; i < config.points; i++) {
      x.set(drawDigit(i % 10, config.noise, random), i * width);
      y[i] = i % 10;
    }
  } else {
    shapes[config.data](config.points, config.noise, random).forEach(([px, py, label], i) => {
      x.set([px, py], 2 * i);
      y[i] = label;
    });
  }
  const count = Math.round(config.trainShare * config.points);
  const part = (from: number, to: number): Rows => {
    return { x: x.slice(from * width, to * width), y: y.slice(from, to), count: to - from };
  };
  return {
    width,
    classes: digits ? Array.from({ length: 10 }, (_, i) => String(i)) : ["0", "1"],
    train: part(0, count),
    test: part(count, config.points),
    features: digits ? [] : ["x", "y"],
    columns: [],
    target: "",
  };
}

async function readCsv({ trainShare, seed }: Config, { name, text, target }: CsvFile): Promise<PlaygroundData> {
  const file = new File([text], name);
  const names = ((await data.csv(file)).schema as CsvSchema).features.map((column) => column.name);
  const chosen = target !== null && names.includes(target) ? target : (names.at(-1) ?? "");
  const set = await data.csv(file, { target: chosen });
  const classes = classesOf(name, chosen, set);
  const width = set.x.shape[1] ?? 0;
  const problem =
    width > mostFeatures
      ? `${width} inputs, at most ${mostFeatures} can be shown`
      : set.rows > mostRows
        ? `${set.rows} rows, at most ${mostRows} can be shown`
        : null;
  if (problem !== null) throw new RangeError(`${name}: ${problem}.`);
  const { train, test } = set.split(trainShare, { seed, stratify: true });
  const { featureNames: features } = set;
  return { width, classes, train: rowsOf(train), test: rowsOf(test), features, columns: names, target: chosen };
}

function classesOf(file: string, target: string, set: DataSet): readonly string[] {
  const values = new Set(Array.from(set.y?.data ?? []));
  const count = Math.max(-1, ...values) + 1;
  const known = set.classes ?? Array.from({ length: Math.max(0, Math.min(count, 100)) }, (_, i) => String(i));
  const whole = [...values].every((value) => Number.isInteger(value) && value >= 0);
  if (whole && known.length >= 2 && known.length <= mostClasses) return known;
  throw new RangeError(`${file}: "${target}" must have 2 to ${mostClasses} classes: texts, or whole numbers from 0.`);
}

function rowsOf(set: DataSet): Rows {
  return { x: Float32Array.from(set.x.data), y: Float32Array.from(set.y?.data ?? []), count: set.rows };
}
