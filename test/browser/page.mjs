// What test/browser.test.ts calls in the page: the public API as a user's page would import it, without a bundler.
import {
  backendInfo,
  data,
  estimators,
  layers,
  loadEstimator,
  loadModel,
  losses,
  optimizers,
  ready,
  sequential,
  setBackend,
} from "/dist/esm/index.js";
import { corners, xorNetwork as makeXorNetwork, targets } from "/xor.js";

/** Counts the ticks of a timer, and the longest time between two, while `work` runs. */
async function withTimer(work) {
  let ticks = 0;
  let longest = 0;
  let previous = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - previous);
    previous = now;
    ticks++;
  }, 5);
  const began = performance.now();
  const result = await work();
  clearInterval(timer);
  return { ...result, ticks, longest, milliseconds: performance.now() - began };
}

const xorNetwork = () => makeXorNetwork({ layers, optimizers, sequential });

/** The images (scaled to [0, 1]) and labels of the 10,000 images of MNIST's test set. */
async function fetchMnist() {
  const [images, labels] = await Promise.all(
    ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"].map(
      async (file) => new Uint8Array(await (await fetch(`/mnist/${file}`)).arrayBuffer()),
    ),
  );
  return { x: Float32Array.from(images.subarray(16), (pixel) => pixel / 255), y: labels.subarray(8) };
}

window.tests = {
  async info() {
    await ready();
    return backendInfo();
  },

  async xor() {
    const net = xorNetwork();
    await net.fit(corners, targets, { epochs: 500, batchSize: 4, verbose: 0 });
    const { loss, accuracy } = await net.evaluate(corners, targets);
    const { data } = await net.predict(corners);
    net.dispose();
    return { loss, accuracy, outputs: [...data], backend: backendInfo().name };
  },

  async mnist() {
    const { x, y } = await fetchMnist();
    const rows = 4000;
    const net = sequential(
      [
        layers.dense({ units: 64, activation: "relu", inputShape: [784] }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 10 }),
      ],
      { seed: 42 },
    );
    net.compile({
      optimizer: optimizers.adam({ learningRate: 2e-3 }),
      loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ["accuracy"],
    });
    const part = (from, to) => [x.subarray(from * 784, to * 784), y.subarray(from, to)];
    return await withTimer(async () => {
      const history = await net.fit(...part(0, rows), { epochs: 10, batchSize: 32, verbose: 0 });
      const { accuracy } = await net.evaluate(...part(rows, rows + 2000));
      return { accuracy, losses: history.history.loss, backend: backendInfo().name };
    });
  },

  /** Trains, keeps the model in IndexedDB over an older one, and trains on what was kept. */
  async database() {
    const net = xorNetwork();
    await net.save("indexeddb://xor");
    await net.fit(corners, targets, { epochs: 20, verbose: 0 });
    await net.save("indexeddb://xor");
    const loaded = await loadModel("indexeddb://xor");
    const again = { epochs: 30, initialEpoch: 20, verbose: 0 };
    const losses = [];
    for (const each of [net, loaded]) losses.push((await each.fit(corners, targets, again)).history.loss);
    const clf = await estimators.mlpClassifier({ maxIter: 5, randomState: 1 }).fit(corners, ["no", "yes", "yes", "no"]);
    await clf.save("indexeddb://classifier");
    const { classes } = await loadEstimator("indexeddb://classifier");
    const missing = await loadModel("indexeddb://other").catch((error) => error.message);
    const path = await net.save("net.safetensors").catch((error) => error.message);
    return { losses, classes, missing, path };
  },

  /** Loads what `database` kept, in another visit. */
  async nextVisit() {
    return [...(await (await loadModel("indexeddb://xor")).predict(corners)).data];
  },

  async download() {
    const net = xorNetwork();
    await net.save("download://net.safetensors");
    return [...(await net.save())];
  },

  async file() {
    const file = new File(['size,"kind, quoted"\n1.5,a\n2,b\n', "-3,a\n"], "things.csv", { type: "text/csv" });
    const { x, y, classes } = await data.csv(file, { target: "kind, quoted" });
    return { x: x.toArray(), y: [...y.data], classes };
  },

  async threads() {
    const counts = [];
    const outputs = [];
    for (const threads of [1, 2, 3]) {
      await setBackend("wasm", { threads });
      counts.push(backendInfo().threads);
      const net = sequential(
        [layers.dense({ units: 200, activation: "relu", inputShape: [300] }), layers.dense({ units: 10 })],
        { seed: 7 },
      );
      net.compile({ optimizer: "adam", loss: "meanSquaredError" });
      const values = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i));
      await net.fit(values(300 * 256), values(10 * 256), { epochs: 3, batchSize: 128, verbose: 0 });
      outputs.push([...(await net.predict(values(300 * 8))).data]);
      net.dispose();
    }
    return { counts, outputs };
  },

  /** What a training leaves on the thread of the page, and in a worker that trains. */
  async worker() {
    const outputs = [];
    for (const worker of [false, true]) {
      await setBackend("wasm", { worker, threads: 1 });
      const net = xorNetwork();
      await net.fit(corners, targets, { epochs: 50, batchSize: 2, verbose: 0 });
      outputs.push([...(await net.predict(corners)).data]);
    }
    await setBackend("wasm");
    return outputs;
  },

  async reference() {
    await setBackend("reference");
    const { name } = backendInfo();
    await setBackend("wasm");
    return [name, backendInfo().name];
  },
};
