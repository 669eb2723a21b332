import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { loadModel, setBackend } from "feedforward";
import { beforeAll, describe, expect, it } from "vitest";
import { type Config, defaults, preset } from "../../playground/src/state/config.js";
import { generateCode } from "../../playground/src/state/code.js";
import { gridSize } from "../../playground/src/worker/messages.js";
import { Training } from "../../playground/src/worker/training.js";

const spiral: Config = { ...defaults, ...preset("spiral"), data: "spiral" };
const iris = `a,b,kind\n${Array.from({ length: 60 }, (_, i) => `${(i % 20) + 30 * Math.floor(i / 20)},${i % 7},${["x", "y", "z"][Math.floor(i / 20)]}`).join("\n")}\n`;
const csvFile = { name: "flowers.csv", text: iris, target: null };

beforeAll(async () => {
  await setBackend("native", { threads: 1 });
});

describe("a training of the playground", () => {
  it("learns the spiral", async () => {
    const training = await Training.start(1, spiral, null);
    await training.epochs(250);
    const { curve, epoch } = await training.snapshot();
    expect(epoch).toBe(250);
    expect(curve.map((point) => point.epoch)).toEqual(Array.from({ length: 251 }, (_, i) => i));
    expect(curve.at(-1)?.testAccuracy).toBeGreaterThan(0.95);
    expect((await training.snapshot()).curve).toEqual([]);
    training.dispose();
  });

  it("shows maps, weights and layers of the right sizes", async () => {
    const training = await Training.start(7, { ...defaults, hidden: [5, 3], dropout: 0.2, penalty: "l2" }, null);
    expect(training.started()).toMatchObject({
      sizes: [2, 5, 3, 1],
      parameters: 37,
      axes: ["x", "y"],
      rows: { train: 280, test: 120 },
    });
    await training.epochs(2);
    const { maps, kernels, biases, layers, run } = await training.snapshot();
    expect(run).toBe(7);
    expect(maps?.map(({ length }) => length / gridSize ** 2)).toEqual([5, 3, 1]);
    expect(kernels.map(({ length }) => length)).toEqual([10, 15, 3]);
    expect(biases.map(({ length }) => length)).toEqual([5, 3, 1]);
    expect(layers.map(({ name }) => name)).toEqual(["hidden1", "hidden2", "output"]);
    for (const { gradientNorm, weightNorm } of layers) expect(gradientNorm * weightNorm).toBeGreaterThan(0);
    training.dispose();
  });

  it("looks without changing anything", async () => {
    const [watched, alone] = [await Training.start(1, spiral, null), await Training.start(1, spiral, null)];
    for (let i = 0; i < 3; i++) {
      await watched.epochs(1);
      await watched.snapshot();
      await watched.trace();
      await alone.epochs(1);
    }
    expect((await watched.snapshot()).kernels).toEqual((await alone.snapshot()).kernels);
  });

  it("takes the step that was recorded", async () => {
    const training = await Training.start(1, spiral, null);
    const { step, record } = await training.trace();
    expect(step).toBe(0);
    const after = record.at(-1)?.outputs.find(({ name }) => name === "parameters");
    await training.take();
    const { kernels } = await training.snapshot();
    expect([...(kernels[0] as Float32Array)].every((value) => after?.data.includes(value))).toBe(true);
    expect((await training.trace()).step).toBe(1);
  });

  it("gives a model that computes the same", async () => {
    const training = await Training.start(1, { ...defaults, ...preset("digits"), data: "digits", points: 200 }, null);
    await training.epochs(3);
    const pixels = new Float32Array(784).fill(0.3);
    const loaded = await loadModel(await training.export("safetensors"));
    const { data } = (await loaded.predict({ data: pixels, shape: [1, 784] })) as { data: Float32Array };
    expect(data).toEqual(await training.classify(pixels));
    expect(loaded.metadata.classes).toHaveLength(10);
    expect((await training.export("onnx")).length).toBeGreaterThan(4 * 784 * 16);
  });

  it("tells why a training broke off", async () => {
    const training = await Training.start(
      1,
      { ...defaults, optimizer: "sgd", activation: "linear", learningRate: 10 },
      null,
    );
    await expect(training.epochs(500)).resolves.toBeUndefined();
    const wild = { ...defaults, hidden: [16, 16, 16], activation: "relu", optimizer: "sgd", learningRate: 10 } as const;
    const broken = await Training.start(2, { ...wild, data: "gauss", penalty: "l2", penaltyFactor: 1 }, null);
    await expect(broken.epochs(50)).rejects.toThrow(/learning rate/);
  });
});

describe("the exported code", () => {
  const cases: readonly (readonly [string, Partial<Config>, typeof csvFile | null])[] = [
    ["spiral", { ...preset("spiral"), data: "spiral" }, null],
    [
      "xor with everything",
      { data: "xor", penalty: "l1", dropout: 0.2, activation: "gelu", optimizer: "nesterov" },
      null,
    ],
    ["digits without hidden layers", { ...preset("digits"), data: "digits", points: 100, hidden: [] }, null],
    ["a CSV file", { data: "csv", hidden: [6] }, csvFile],
  ];

  it.each(cases)("computes what the page computes: %s", async (_, change, csv) => {
    const config = { ...defaults, ...change };
    const training = await Training.start(1, config, csv);
    await training.epochs(5);
    const { testLoss = 0, testAccuracy = 0 } = (await training.snapshot()).curve.at(-1) ?? {};
    const { classes, csv: facts } = training.started();
    const code = generateCode(config, 5, facts === null ? null : { name: facts.name, target: facts.target, classes });
    // Within the package, which is found there by its name.
    const folder = mkdtempSync(fileURLToPath(new URL("../../build/playground-code-", import.meta.url)));
    try {
      writeFileSync(`${folder}/network.mts`, code);
      if (csv !== null) writeFileSync(`${folder}/${csv.name}`, csv.text);
      const tsx = fileURLToPath(import.meta.resolve("tsx"));
      const { stdout, stderr } = spawnSync(process.execPath, ["--import", `file://${tsx}`, "network.mts"], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, FEEDFORWARD_BACKEND: "native", FEEDFORWARD_THREADS: "1" },
      });
      expect(stderr).toBe("");
      const result = `test loss ${testLoss.toFixed(4)}, test accuracy ${testAccuracy.toFixed(4)}`;
      expect(stdout.trim().split("\n").at(-1)).toBe(result);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
