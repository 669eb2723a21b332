// The networks of the bench in a browser, with the built package and no bundler: a table, and the same as JSON. Threads are measured
// where the page is isolated. ?seconds=1&samples=7 chooses the effort; the results are also `window.results`.
import { backendInfo, layers, losses, optimizers, sequential, setBackend } from "/dist/esm/index.js";

const parameters = new URLSearchParams(location.search);
const sampleSeconds = Number(parameters.get("seconds") ?? 0.5);
const sampleCount = Number(parameters.get("samples") ?? 5);
const networks = [
  { name: "XOR 2-8-1", sizes: [2, 8, 1], batch: 4, rows: 4 },
  { name: "784-128-10", sizes: [784, 128, 10], batch: 32, rows: 2048 },
  { name: "784-512-512-10", sizes: [784, 512, 512, 10], batch: 128, rows: 2048 },
  { name: "1024-2048-2048-2048-10", sizes: [1024, 2048, 2048, 2048, 10], batch: 256, rows: 256 },
];

function build({ sizes }) {
  const outputs = sizes.at(-1);
  const net = sequential(
    sizes.slice(1).map((units, i) => {
      const last = i === sizes.length - 2;
      const activation = last ? (outputs === 1 ? "sigmoid" : "linear") : outputs === 1 ? "tanh" : "relu";
      return layers.dense({ units, activation, ...(i === 0 && { inputShape: [sizes[0]] }) });
    }),
    { seed: 1 },
  );
  const loss = outputs === 1 ? losses.binaryCrossentropy() : losses.sparseCategoricalCrossentropy({ fromLogits: true });
  net.compile({ optimizer: optimizers.adam(), loss });
  return net;
}

function data({ sizes, rows }) {
  if (sizes[0] === 2) return [Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), Float32Array.of(0, 1, 1, 0)];
  return [
    Float32Array.from({ length: rows * sizes[0] }, (_, i) => ((i * 7919) % 1009) / 1009),
    Float32Array.from({ length: rows }, (_, i) => (i * 31) % sizes.at(-1)),
  ];
}

/** One thread, and two where this page may share memory. */
async function findSettings() {
  const settings = [];
  for (const threads of [1, 2]) {
    try {
      await setBackend("wasm", { threads });
    } catch {
      continue;
    }
    const info = backendInfo();
    if (info.threads === threads) settings.push({ threads, label: `${info.name}/${info.isa} x${threads}` });
  }
  return settings;
}

async function measure(network, settings) {
  const [x, y] = data(network);
  const entries = settings.map((setting) => ({ ...setting, net: build(network), seconds: [], epochs: 1 }));
  const train = async ({ net, threads }, epochs) => {
    await setBackend("wasm", { threads });
    const began = performance.now();
    const { history } = await net.fit(x, y, { epochs, batchSize: network.batch, verbose: 0 });
    if (!Number.isFinite(history.loss.at(-1))) throw new Error(`${network.name} does not learn`);
    return (performance.now() - began) / 1000;
  };
  for (const entry of entries) {
    await train(entry, 1);
    let seconds = await train(entry, 1);
    while (seconds < sampleSeconds / 4) {
      entry.epochs *= 4;
      seconds = await train(entry, entry.epochs);
    }
    entry.epochs = Math.max(1, Math.round((entry.epochs * sampleSeconds) / seconds));
  }
  for (let sample = 0; sample < sampleCount; sample++) {
    for (const entry of entries) entry.seconds.push((await train(entry, entry.epochs)) / entry.epochs);
  }
  return entries.map(({ label, threads, net, seconds }) => {
    net.dispose();
    return { network: network.name, batch: network.batch, rows: network.rows, label, threads, seconds };
  });
}

function addRow(cells) {
  const row = document.querySelector("tbody").insertRow();
  for (const cell of cells) row.insertCell().textContent = cell;
}

const results = [];
const quantile = (sorted, q) => sorted[Math.round((sorted.length - 1) * q)];
try {
  const settings = await findSettings();
  for (const network of networks) {
    for (const result of await measure(network, settings)) {
      results.push(result);
      const sorted = [...result.seconds].sort((a, b) => a - b);
      const middle = quantile(sorted, 0.5);
      const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / middle;
      const rate = result.rows / middle;
      const numbers = [rate, rate / result.batch].map((n) => Math.round(n).toLocaleString("en-US"));
      addRow([`${result.network}, batch ${result.batch}`, result.label, ...numbers, `${Math.round(100 * spread)} %`]);
    }
  }
  document.querySelector("#state").textContent = crossOriginIsolated ? "isolated" : "not isolated: one thread";
} catch (error) {
  document.querySelector("#state").textContent = `failed: ${error}`;
  window.failure = String(error);
}
window.results = { browser: navigator.userAgent, isolated: crossOriginIsolated, results };
document.querySelector("pre").textContent = JSON.stringify(window.results, null, 1);
