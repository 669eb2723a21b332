import { goOn, run, trainAndSave, trainFor } from "./program.js";

/** The longest task of the page in milliseconds while it trains; 0 when none took 50. Chromium alone tells. */
async function longestTask(worker) {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: "longtask" });
  const epochs = await trainFor(700, worker);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return { longest, epochs };
}

function runInWorker() {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("failed" in data ? reject(new Error(data.failed)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker's file cannot be loaded"));
    worker.postMessage("run");
  }).finally(() => worker.terminate());
}

let saves = 0;
window.tests = {
  run,
  runInWorker,
  longestTask,
  goOn,
  trainAndSave: () => void trainAndSave(() => saves++),
  saves: () => saves,
};
