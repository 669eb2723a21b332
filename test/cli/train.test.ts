// From a CSV file to predictions, as a user types it; and the mistakes that users make on the way.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { data, layers, loadModel, sequential } from "../../src/node.js";
import { checkMarkup } from "../plots/check-svg.js";
import { run } from "./run.js";

let folder: string;
const at = (name: string) => join(folder, name);

/** Two inputs in a square; what is learnt from them is in further columns. */
function points(count: number): string {
  const lines = ["a;b;kind;odd;sum;up;right"];
  for (let i = 0; i < count; i++) {
    const [a, b] = [((i * 37) % 101) / 50 - 1, ((i * 61) % 103) / 51 - 1];
    const kind = a + b > 0.4 ? "high" : a + b < -0.4 ? "low" : "middle";
    lines.push([a, b, kind, a * b > 0 ? "yes" : "no", 100 + 30 * a - 20 * b, a > 0 ? 1 : 0, b > 0 ? 1 : 0].join(";"));
  }
  return `${lines.join("\n")}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feedforward-cli-"));
  writeFileSync(at("points.csv"), points(300));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const features = ["--features", "a,b"];

describe("train, evaluate and predict", () => {
  it("learn classes", async () => {
    const [model, file] = [at("kind.safetensors"), at("points.csv")];
    const options = ["--target", "kind", ...features, "--hidden", "32", "--epochs", "100", "--out", model];
    const trained = await run("train", file, ...options);
    expect(trained).toMatchObject({ code: 0 });
    expect(trained.notes).toContain('300 rows, 2 inputs; task: classification ("kind" is text)');
    expect(trained.notes).toContain("Epoch 100/100");
    expect(trained.out).toContain("On 60 validation rows:");
    expect(trained.out).toContain(`model: ${model}\nreport: ${at("kind.html")}`);

    const { code, out } = await run("evaluate", model, file, "--json");
    expect(code).toBe(0);
    const scores = JSON.parse(out) as { rows: number; accuracy: number; confusionMatrix: number[][] };
    expect(scores.rows).toBe(300);
    expect(scores.accuracy).toBeGreaterThan(0.9);
    expect(scores.confusionMatrix.flat().reduce((sum, count) => sum + count, 0)).toBe(300);

    // The same columns in another order, one more, and no target.
    writeFileSync(at("new.csv"), "extra;b;a\nx;0.9;0.9\ny;-0.9;-0.9\nz;0;0\n");
    const predicted = await run("predict", model, at("new.csv"));
    expect(predicted.code).toBe(0);
    const lines = predicted.out.split("\n").map((line) => line.split(";"));
    expect(lines[0]).toEqual(["kind", "probability high", "probability low", "probability middle"]);
    expect(lines.slice(1).map(([kind]) => kind)).toEqual(["high", "low", "middle"]);
    for (const [, ...chances] of lines.slice(1)) {
      expect(chances.reduce((sum, chance) => sum + Number(chance), 0)).toBeCloseTo(1, 5);
    }
    const written = await run("predict", model, at("new.csv"), "--json", "--out", at("out.json"));
    expect(written).toEqual({ code: 0, out: "", notes: `${at("out.json")}: 3 predictions` });
    expect((JSON.parse(readFileSync(at("out.json"), "utf8")) as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      ...["high", "low", "middle"],
    ]);

    const html = readFileSync(at("kind.html"), "utf8").replace("<!doctype html>\n", "");
    const { count, texts } = checkMarkup(html.replace(/<style>[^<]*<\/style>/, ""), ["meta"]);
    expect(count("svg")).toBe(3);
    expect(texts).toEqual(expect.arrayContaining(["Confusion matrix", "Training curves", "Network"]));
  });

  it("learn two classes, with their ROC curve", async () => {
    const [model, file] = [at("odd.safetensors"), at("points.csv")];
    const options = ["--target", "odd", ...features, "--epochs", "80", "--balanced", "--no-report", "--json"];
    const { code, out } = await run("train", file, ...options, "--out", model);
    expect(code).toBe(0);
    const results = JSON.parse(out) as Record<string, number> & { history: { loss: number[] } };
    expect(results).toMatchObject({ task: "classification", report: null, rows: 240, held: 60 });
    expect(results.rocAuc).toBeGreaterThan(0.9);
    expect(results.history.loss).toHaveLength(80);
    expect(existsSync(at("odd.html"))).toBe(false);
  });

  it("learn numbers, on the scale of the targets", async () => {
    const [model, file] = [at("sum.safetensors"), at("points.csv")];
    const options = ["--target", "sum", ...features, "--epochs", "60", "--json", "--out", model];
    const { out, notes } = await run("train", file, ...options);
    expect(notes).toContain('task: regression ("sum" is a number)');
    const { targets } = JSON.parse(out) as { targets: { sum: { r2: number; mae: number; rmse: number } } };
    expect(targets.sum.r2).toBeGreaterThan(0.98);
    expect(targets.sum.rmse).toBeGreaterThanOrEqual(targets.sum.mae);
    const [header, first] = (await run("predict", model, file)).out.split("\n");
    expect(header).toBe("sum");
    expect(Math.abs(Number(first) - (100 - 30 + 20))).toBeLessThan(10);
  });

  it("learn several labels at once", async () => {
    const [model, file] = [at("labels.safetensors"), at("points.csv")];
    const options = ["--target", "up,right", ...features, "--epochs", "60", "--json", "--out", model];
    const { out, notes } = await run("train", file, ...options);
    expect(notes).toContain('task: multilabel ("up", "right" are 0 or 1)');
    const { labels } = JSON.parse(out) as { labels: Record<string, { accuracy: number }> };
    expect(labels.up?.accuracy).toBeGreaterThan(0.9);
    expect(labels.right?.accuracy).toBeGreaterThan(0.9);
    const [header] = (await run("predict", model, file)).out.split("\n");
    expect(header).toBe("up;probability up;right;probability right");
  });

  it("take integers as classes where there are few, or as told", async () => {
    const options = [at("points.csv"), "--target", "up", ...features, "--epochs", "1", "--no-report"];
    const out = ["--out", at("up.safetensors")];
    const inferred = await run("train", ...options, ...out);
    expect(inferred.notes).toContain('task: classification ("up" has 2 different integers)');
    const told = await run("train", ...options, ...out, "--task", "regression", "--json");
    expect(JSON.parse(told.out)).toMatchObject({ task: "regression" });
  });

  it("give the same model for the same seed", async () => {
    const options = [
      at("points.csv"),
      "--target",
      "kind",
      ...features,
      "--epochs",
      "3",
      "--no-report",
      "--dropout",
      "0.1",
    ];
    const files = ["first", "second", "other"].map((name) => at(`${name}.safetensors`));
    for (const [i, file] of files.entries())
      await run("train", ...options, "--seed", i === 2 ? "7" : "5", "--out", file);
    const [first, second, other] = files.map((file) => readFileSync(file));
    expect(first?.equals(second as Buffer)).toBe(true);
    expect(first?.equals(other as Buffer)).toBe(false);
  });

  it("judge by a file of its own, stop early, and read options from a file", async () => {
    writeFileSync(at("test.csv"), points(50));
    const config = {
      target: ["kind"],
      features: ["a", "b"],
      epochs: 500,
      "batch-size": 16,
      patience: 2,
      report: false,
    };
    writeFileSync(at("config.json"), JSON.stringify({ ...config, hidden: "8", json: true, test: at("test.csv") }));
    const out = ["--out", at("config.safetensors")];
    const options = ["train", at("points.csv"), "--config", at("config.json"), "--learning-rate", "0.05", ...out];
    const results = JSON.parse((await run(...options)).out) as { history: Record<string, number[]> };
    expect(results).toMatchObject({ rows: 300, held: 50, report: null });
    expect(Object.keys(results.history)).toEqual(["loss", "accuracy"]);
    expect(results.history.loss?.length).toBeLessThan(500);
    const shorter = JSON.parse((await run(...options, "--epochs", "2")).out) as typeof results;
    expect(shorter.history.loss).toHaveLength(2);
  });
});

describe("convert", () => {
  it("writes other formats, and reads them again", async () => {
    const hidden = layers.dense({ units: 4, activation: "tanh", inputShape: [2] });
    await sequential([hidden, layers.dense({ units: 3, activation: "softmax" })], { seed: 1 }).save(
      at("net.safetensors"),
    );
    const x = [0.5, -0.25];
    const predicted = async (file: string) => {
      const net = await loadModel(file);
      return (await net.predict([x])).toArray();
    };
    const expected = await predicted(at("net.safetensors"));
    for (const end of [".onnx", ".json"]) {
      expect(await run("convert", at("net.safetensors"), at(`net${end}`))).toMatchObject({ code: 0, out: "" });
      const back = await run("convert", at(`net${end}`), at(`back${end}.safetensors`));
      expect(back).toMatchObject({ code: 0 });
      const [row] = (await predicted(at(`back${end}.safetensors`))) as number[][];
      for (const [j, value] of (expected as number[][])[0]?.entries() ?? []) expect(row?.[j]).toBeCloseTo(value, 5);
    }
    expect(await run("convert", at("net.safetensors"), at("net.pt.safetensors"))).toMatchObject({ code: 0 });
    expect(existsSync(at("net.weights.bin"))).toBe(true);
    expect(await run("convert", at("net.safetensors"), at("net.npz"))).toMatchObject({ code: 0 });
    const arrays = await data.npz(readFileSync(at("net.npz")));
    const { weights } = await loadModel(at("net.safetensors")).then((net) => ({ weights: net.getWeights() }));
    expect(Object.keys(arrays)).toEqual(weights.map(({ name }) => name));
    for (const { name, data: values } of weights) expect(arrays[name]?.data).toEqual(values);
  });

  it("refuses other names, and files that are something else", async () => {
    expect(await run("convert", at("net.safetensors"), at("net.h5"))).toMatchObject({
      code: 1,
      notes: expect.stringContaining(
        'expected a name with one of .safetensors, .pt.safetensors, .onnx, .npz, .json, received ".h5"',
      ),
    });
    writeFileSync(at("wrong.onnx"), "not ONNX");
    writeFileSync(at("wrong.json"), "{");
    for (const file of [at("wrong.onnx"), at("wrong.json"), at("none.onnx")]) {
      const { code, notes } = await run("convert", file, at("never.safetensors"));
      expect([code, notes.split("\n").length]).toEqual([1, 1]);
    }
    expect(existsSync(at("never.safetensors"))).toBe(false);
  });
});

describe("mistakes", () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["train", "none.csv", "--target", "a"], "error: data.csv: expected a file that can be read at none.csv"],
    [["train", "POINTS"], "error: train: expected --target <names>, the columns to predict, received none."],
    [["train", "POINTS", "--target", "knd"], 'target: expected a known name, received "knd". Did you mean "kind"?'],
    [
      ["train", "POINTS", "--target", "kind", "--hidden", "8,x"],
      "error: option '--hidden <units>' argument '8,x' is invalid.",
    ],
    [
      ["train", "POINTS", "--target", "kind", "--task", "clustering"],
      "error: option '--task <task>' argument 'clustering'",
    ],
    [["train", "POINTS", "--target", "kind", "--activation", "rely"], 'Did you mean "relu"?'],
    [["train", "POINTS", "--target", "kind", "--config", "CONFIG"], 'received "epocs".'],
    [["train", "POINTS", "--target", "kind", "--out", "POINTS"], 'points.csv", which is a file to read.'],
    [
      ["train", "POINTS", "--target", "kind", "--out", "model.html"],
      'train, --report: expected a file that can be written, received "model.html", which is that of --out.',
    ],
    [
      ["train", "POINTS", "--target", "kind", "--out", "/no/model.safetensors"],
      'train, --out: expected a file that can be written, received "/no/model.safetensors" in a folder that does not exist.',
    ],
    [["train", "POINTS", "--target", "kind", "--out", "FOLDER"], "which is a folder."],
    [
      ["train", "POINTS", "--target", "kind", "--out", ""],
      "--out: expected a file that can be written, received an empty name.",
    ],
    [
      ["train", "POINTS", "--target", "kind,up"],
      'train, --target: expected numbers for task regression, received texts in "kind".',
    ],
    [
      ["train", "POINTS", "--target", "kind", "--task", "regression"],
      'train, --target: expected numbers for task regression, received texts in "kind".',
    ],
    [
      ["train", "POINTS", "--target", "up,right", "--task", "classification"],
      "train, --target: expected one column for task classification, received 2 columns.",
    ],
    [["train", "POINTS", "--target", "sum", "--task", "multilabel"], "expected 0 and 1 for task multilabel, received"],
    [["train", "POINTS", "--target", "kind", "--delimiter", ";;"], 'Expected one character, or "tab".'],
    [
      ["train", "POINTS", "--target", "kind", "--config", "none.json"],
      "--config: expected a file that can be read at none.json",
    ],
    [
      ["train", "POINTS", "--target", "kind", "--out", "OUT", "--resume"],
      "new.safetensors.backup, received none. A training that Ctrl-C stops leaves one.",
    ],
    [
      ["predict", "POINTS", "POINTS", "--out", "POINTS"],
      "predict, --out: expected a file that can be written, received",
    ],
    [["predict", "POINTS", "POINTS"], "POINTS"],
    [["evaluate", "none.safetensors", "POINTS"], "none.safetensors"],
  ];

  it.each(cases)("%j", async (args, message) => {
    writeFileSync(at("bad.json"), '{ "epocs": 3 }');
    const names: Record<string, string> = {
      ...{ POINTS: at("points.csv"), CONFIG: at("bad.json"), FOLDER: folder, OUT: at("new.safetensors") },
    };
    const { code, out, notes } = await run(...args.map((arg) => names[arg] ?? arg));
    expect([code, out]).toEqual([1, ""]);
    const line = notes.split("\n").at(-1);
    expect(line).toMatch(/^error: |^\(Did you mean/);
    expect(notes).toContain(names[message] ?? message);
    expect(notes).not.toMatch(/^\s+at /m);
  });

  it("leaves the old model whole when it is interrupted", async () => {
    writeFileSync(at("interrupted.safetensors"), "old");
    const { code, notes } = await interrupt(["--epochs", "1000000", "--out", at("interrupted.safetensors")]);
    expect(code).toBe(130);
    expect(notes).toMatch(/aborted; \d+ steps are done\. The same command with --resume goes on\./);
    expect(readFileSync(at("interrupted.safetensors"), "utf8")).toBe("old");
  });
});

/** Starts a training in a process of its own, and stops it as Ctrl-C does. */
async function interrupt(options: readonly string[]): Promise<{ code: unknown; notes: string }> {
  const child = spawn(process.execPath, [
    ...["dist/esm/cli/bin.js", "train", at("points.csv"), "--target", "kind", ...features, ...options],
  ]);
  let notes = "";
  let asked = false;
  child.stderr.on("data", (text: Buffer) => {
    notes += text.toString();
    if (asked || !notes.includes("Epoch 3/")) return;
    asked = child.kill("SIGINT");
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, notes };
}

describe("resume", () => {
  const options = ["--epochs", "4000", "--dropout", "0.1", "--no-report", "--out"];

  it("ends with the bits of a training that was not stopped", async () => {
    const [whole, parts] = [at("whole.safetensors"), at("parts.safetensors")];
    const table = [at("points.csv"), "--target", "kind", ...features];
    expect(await run("train", ...table, ...options, whole)).toMatchObject({ code: 0 });
    expect(await interrupt([...options, parts])).toMatchObject({ code: 130 });
    expect([existsSync(parts), existsSync(`${parts}.backup`)]).toEqual([false, true]);
    const other = await run("train", ...table, "--seed", "3", ...options, parts, "--resume");
    expect(other.notes).toContain(
      "error: train, --resume: expected seed 0 as in the training that was stopped, received 3.",
    );
    const resumed = await run("train", ...table, ...options, parts, "--resume");
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.notes).not.toContain("Epoch 1/4000");
    expect(readFileSync(parts).equals(readFileSync(whole))).toBe(true);
    expect(existsSync(`${parts}.backup`)).toBe(false);
  });
});

describe("small tables", () => {
  it("take all rows where there are fewer than a batch, and tell R2 of a constant target", async () => {
    writeFileSync(at("tiny.csv"), "a,y\n1,5\n2,5\n3,5\n4,5\n5,5\n");
    const options = [at("tiny.csv"), "--target", "y", "--task", "regression", "--epochs", "2", "--json", "--no-report"];
    for (const more of [[], ["--batch-size", "64"], ["--optimizer", "lbfgs"]]) {
      const { code, out } = await run("train", ...options, ...more, "--out", at("tiny.safetensors"));
      expect(code).toBe(0);
      const { targets } = JSON.parse(out) as { targets: { y: { r2: number } } };
      expect([0, 1]).toContain(targets.y.r2);
    }
  });
});

describe("pipes", () => {
  it("ends without a word when nobody reads on, and with one when results cannot be written", async () => {
    writeFileSync(at("many.csv"), points(20_000));
    const model = at("pipe.safetensors");
    const table = [at("points.csv"), "--target", "kind", ...features, "--epochs", "1", "--no-report"];
    await run("train", ...table, "--out", model);
    const command = `"${process.execPath}" dist/esm/cli/bin.js predict "${model}" "${at("many.csv")}"`;
    const head = spawnSync("bash", ["-c", `${command} | head -1`], { encoding: "utf8" });
    expect([head.stdout.split(";")[0], head.stderr]).toEqual(["kind", ""]);
    const full = spawnSync("bash", ["-c", `${command} > /dev/full`], { encoding: "utf8" });
    expect([full.status, full.stderr]).toEqual([1, expect.stringMatching(/^error: standard output: ENOSPC.*\n$/)]);
  });
});
