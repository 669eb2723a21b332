// Iris, wine, digits and breast cancer with mlpClassifier and with scikit-learn's MLPClassifier: the same data, folds and options.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { estimators, type MlpOptions } from "feedforward";
import { type Check, timed } from "./check.js";

interface SmallSet {
  readonly name: string;
  readonly x: readonly number[][];
  readonly y: readonly number[];
  readonly folds: readonly { readonly train: readonly number[]; readonly test: readonly number[] }[];
  /** scikit-learn's mean accuracies, one for each of the options. */
  readonly accuracies: readonly number[];
}

interface Answer {
  readonly version: string;
  readonly sets: readonly SmallSet[];
}

const sets = ["iris", "wine", "digits", "breast_cancer"];
const options: readonly (MlpOptions & { readonly solver: string })[] = [
  { solver: "adam" },
  { solver: "sgd", learningRateInit: 0.05, activation: "tanh", hiddenLayerSizes: [50], alpha: 0.01 },
  { solver: "lbfgs", hiddenLayerSizes: [30], activation: "logistic", alpha: 0.1 },
];
const seeds = [0, 1, 2];
// Points of accuracy that the means over folds and seeds may differ by.
const allowance = 1.5;

/** Trains on both sides; a text when there is no Python with scikit-learn. */
export async function validateSmallData(only: RegExp): Promise<Check[] | string> {
  const chosen = sets.filter((name) => only.test(name));
  if (chosen.length === 0) return [];
  const python = process.env.PYTHON ?? "python3";
  const answer = await ask(python, { sets: chosen, options, seeds, folds: 5 });
  if (typeof answer === "string") return `without scikit-learn (${answer}): set PYTHON to a Python that has it`;
  console.log(`scikit-learn ${answer.version}`);
  // Some end at maxIter, on both sides: scikit-learn's warnings are off, too.
  console.warn = () => {};
  const checks: Check[] = [];
  for (const set of answer.sets) {
    for (const [i, settings] of options.entries()) {
      const { result, seconds } = await timed(async () => await accuracy(set, settings));
      const theirs = 100 * (set.accuracies[i] as number);
      checks.push({
        name: `${set.name.replace("_", " ")}, ${settings.solver}: accuracy, %`,
        measured: 100 * result,
        low: theirs - allowance,
        high: theirs + allowance,
        seconds,
        source: `scikit-learn's ${theirs.toFixed(2)}`,
      });
    }
  }
  return checks;
}

/** The mean accuracy over folds and seeds. */
async function accuracy({ x, y, folds }: SmallSet, settings: MlpOptions): Promise<number> {
  let sum = 0;
  for (const randomState of seeds) {
    for (const { train, test } of folds) {
      const classifier = estimators.mlpClassifier({ ...settings, randomState });
      const part = <T>(list: readonly T[], rows: readonly number[]) => rows.map((row) => list[row] as T);
      await classifier.fit(part(x, train), part(y, train));
      sum += await classifier.score(part(x, test), part(y, test));
      classifier.dispose();
    }
  }
  return sum / (seeds.length * folds.length);
}

/** Runs the Python side; a text when that is not possible. */
async function ask(python: string, request: object): Promise<Answer | string> {
  const script = fileURLToPath(new URL("small_data.py", import.meta.url));
  return await new Promise((resolve) => {
    // The matrices are small: more threads of its BLAS would only wait for each other.
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"], env });
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Answer);
      else resolve(errors.trim().split("\n").at(-1) ?? `exit code ${code}`);
    });
    // A Python that does not start closes the pipe; "error" and "close" above tell why.
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(request));
  });
}
