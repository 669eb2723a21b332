// What test/browser.test.ts calls in the page: the public API as a user's page would import it, without a bundler.
import { backendInfo, layers, losses, optimizers, ready, sequential, setBackend } from "/dist/esm/index.js";

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
    const net = sequential(
      [
        layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
      { seed: 1 },
    );
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      loss: "binaryCrossentropy",
      metrics: ["accuracy"],
    });
    const x = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const y = [[0], [1], [1], [0]];
    await net.fit(x, y, { epochs: 500, batchSize: 4, verbose: 0 });
    const { loss, accuracy } = await net.evaluate(x, y);
    const { data } = await net.predict(x);
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

  async reference() {
    await setBackend("reference");
    const { name } = backendInfo();
    await setBackend("wasm");
    return [name, backendInfo().name];
  },
};
