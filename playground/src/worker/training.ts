// A network in training: epochs in portions of a few milliseconds, snapshots, recorded steps and files. It knows no worker, so
// that tests run it as it is.

import { type Callback, callbacks, type Model, model, type TracedInstruction } from "feedforward";
import { type CsvFile, makeData, type PlaygroundData } from "../data/data-set.js";
import { digitSize } from "../data/digits.js";
import type { Config } from "../state/config.js";
import { type CurvePoint, type ExportFormat, gridSize, type Snapshot, type Started } from "./messages.js";
import { makeNetwork } from "./network.js";
import { makePlane, type Plane } from "./plane.js";

// The synthetic data lie within, whatever the noise.
const shapeExtent = [-3.4, 3.4] as const;
// Rows of a recorded step, so that its numbers can be read.
const mostTracedRows = 4;

export class Training {
  readonly run: number;
  running = false;
  epoch = 0;
  readonly #config: Config;
  readonly #csv: CsvFile | null;
  readonly #set: PlaygroundData;
  readonly #net: Model;
  readonly #probe: ReturnType<typeof probeOf> | null;
  readonly #plane: Plane | null;
  #look = callbacks.diagnostics({ rows: 64 });
  #curve: CurvePoint[] = [];
  #steps = 0;

  static async start(run: number, config: Config, csv: CsvFile | null): Promise<Training> {
    const set = await makeData(config, csv);
    const net = await makeNetwork(config, set);
    const training = new Training(run, config, csv, set, net);
    await training.#measure([]);
    return training;
  }

  private constructor(run: number, config: Config, csv: CsvFile | null, set: PlaygroundData, net: Model) {
    this.run = run;
    this.#config = config;
    this.#csv = csv;
    this.#set = set;
    this.#net = net;
    const digits = config.data === "digits";
    this.#probe = digits ? null : probeOf(net, config);
    this.#plane = digits ? null : makePlane(set, config.data === "csv" ? null : shapeExtent);
  }

  /** What the page must know before the first snapshot. */
  started(): Started {
    const { width, classes, train, test, features, columns, target } = this.#set;
    const plane = this.#plane;
    return {
      type: "started",
      run: this.run,
      sizes: [width, ...this.#config.hidden, classes.length === 2 ? 1 : classes.length],
      classes,
      rows: { train: train.count, test: test.count },
      points: plane?.points ?? null,
      extent: plane?.extent ?? [0, 1, 0, 1],
      axes: [features[0] ?? "", features[1] ?? ""],
      features,
      samples: plane === null ? train.x.slice(0, 40 * digitSize * digitSize) : null,
      csv: this.#csv === null ? null : { columns, target, name: this.#csv.name },
      parameters: this.#net.countParams(),
    };
  }

  /** Epochs for about so many milliseconds, one at least. */
  async advance(milliseconds: number): Promise<void> {
    const began = performance.now();
    do {
      const before = performance.now();
      await this.epochs(1);
      const took = performance.now() - before;
      if (performance.now() - began + took > milliseconds) break;
    } while (this.running);
  }

  async epochs(count: number): Promise<void> {
    const { x, y } = this.#rows("train");
    const results: { loss: number; accuracy: number }[] = [];
    const collect: Callback = {
      onEpochEnd: (_, { loss = Number.NaN, accuracy = Number.NaN }) => {
        results.push({ loss, accuracy });
      },
    };
    const options = { initialEpoch: this.epoch, epochs: this.epoch + count, batchSize: this.#config.batchSize };
    await this.#net.fit(x, y, { ...options, verbose: 0, callbacks: [collect] });
    this.epoch += count;
    await this.#measure(results);
  }

  set learningRate(value: number) {
    const { optimizer } = this.#net;
    if (optimizer !== null) optimizer.learningRate = value;
  }

  /** The state of everything that is drawn. */
  async snapshot(): Promise<Snapshot> {
    const weights = this.#net.getWeights().filter(({ name }) => /^(hidden\d+|output)\//.test(name));
    const ending = (end: string) => weights.filter(({ name }) => name.endsWith(end)).map(({ data }) => data);
    const curve = this.#curve;
    this.#curve = [];
    const { optimizer } = this.#net;
    return {
      type: "snapshot",
      run: this.run,
      epoch: this.epoch,
      running: this.running,
      learningRate: Number(optimizer?.learningRate),
      curve,
      kernels: ending("/kernel"),
      biases: ending("/bias"),
      maps: await this.#maps(),
      layers: await this.#layers(),
    };
  }

  /** The next step on the rows that come next, instruction by instruction. */
  async trace(): Promise<{ step: number; record: readonly TracedInstruction[] }> {
    const [x, y] = this.#batch();
    return { step: this.#steps, record: await this.#net.trace(x, y) };
  }

  /** Takes the step that `trace` recorded. */
  async take(): Promise<void> {
    await this.#net.trainOnBatch(...this.#batch());
    this.#steps++;
  }

  async classify(pixels: Float32Array): Promise<Float32Array> {
    return (await this.#net.predict({ data: pixels, shape: [1, this.#set.width] })).data;
  }

  async export(format: ExportFormat): Promise<Uint8Array<ArrayBuffer>> {
    const { classes, features } = this.#set;
    this.#net.metadata = { classes, features };
    return format === "onnx" ? new Uint8Array(await this.#net.exportOnnx()) : await this.#net.save();
  }

  dispose(): void {
    this.running = false;
    this.#probe?.dispose();
    this.#net.dispose();
  }

  #rows(part: "train" | "test") {
    const { x, y, count } = this.#set[part];
    return { x: { data: x, shape: [count, this.#set.width] }, y };
  }

  #batch() {
    const { train, width } = this.#set;
    const rows = Math.min(mostTracedRows, this.#config.batchSize, train.count);
    const first = (this.#steps * rows) % Math.max(1, train.count - rows + 1);
    const x = { data: train.x.slice(first * width, (first + rows) * width), shape: [rows, width] };
    return [x, train.y.slice(first, first + rows)] as const;
  }

  /** Adds the results of epochs to the curves, with the test of the last one. */
  async #measure(results: readonly { loss: number; accuracy: number }[]): Promise<void> {
    const test = this.#rows("test");
    const { loss: testLoss, accuracy: testAccuracy = Number.NaN } = await this.#net.evaluate(test.x, test.y);
    if (results.length === 0) {
      const train = this.#rows("train");
      const { loss, accuracy = Number.NaN } = await this.#net.evaluate(train.x, train.y);
      this.#curve.push({ epoch: 0, trainLoss: loss, testLoss, trainAccuracy: accuracy, testAccuracy });
    }
    results.forEach(({ loss, accuracy }, i) => {
      const epoch = this.epoch - results.length + 1 + i;
      this.#curve.push({ epoch, trainLoss: loss, testLoss, trainAccuracy: accuracy, testAccuracy });
    });
  }

  async #maps(): Promise<Float32Array[] | null> {
    if (this.#probe === null || this.#plane === null) return null;
    const shape = [gridSize * gridSize, this.#set.width];
    const results = await this.#probe.predict({ data: this.#plane.grid, shape }, { batchSize: shape[0] as number });
    return [results].flat().map(({ data }) => data);
  }

  /** Measures the layers without a step: a training of no epochs, whose beginning is where diagnostics looks first. */
  async #layers(): Promise<Snapshot["layers"]> {
    const look = this.#look;
    const { x, y } = this.#rows("train");
    const callback: Callback = {
      ...look,
      onTrainBegin: () => look.onEpochEnd?.(this.epoch, {}),
      onEpochEnd: () => {},
    };
    await this.#net.fit(x, y, { initialEpoch: this.epoch, epochs: this.epoch, verbose: 0, callbacks: [callback] });
    const found = look.results.at(-1)?.layers ?? [];
    this.#look = callbacks.diagnostics({ rows: 64 });
    return found.filter(({ name }) => /^(hidden\d+|output)$/.test(name));
  }
}

/** The same layers with the results of all of them. */
function probeOf(net: Model, { hidden }: Config) {
  const names = [...hidden.map((_, i) => `hidden${i + 1}`), "output"];
  return model({ inputs: net.inputs, outputs: names.map((name) => net.getLayer(name).output) });
}
