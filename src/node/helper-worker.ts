/// <reference types="node" />
// Threads for the WebAssembly modules in Node: worker_threads that do not keep the process alive.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type HelperHost, installHelperHost } from "../backends/wasm/helpers.js";

// A data: URL, so that it is found from the sources, from both builds and from bundles. What wasm-worker.ts is for browsers.
const source = `
import { parentPort, workerData } from "node:worker_threads";
const { module, memory, stack, worker } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__stack_pointer.value = stack;
parentPort.postMessage("ready");
exports.ff_help(worker);
`;

/** Makes Node's threads those of the modules. */
export function installNodeHelpers(): void {
  installHelperHost(nodeHelperHost(source));
}

/** The host whose workers run this program. */
export function nodeHelperHost(program: string): HelperHost {
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  return {
    processors: availableParallelism,
    start(message) {
      // Without the loaders and hooks of the process.
      const worker = new Worker(url, { workerData: message, execArgv: [] });
      return {
        listen(ready, failed) {
          worker.once("message", () => {
            worker.unref();
            ready();
          });
          // The listener stays: an error that nobody listens to would end the process.
          worker.on("error", (error) => failed(String(error)));
          worker.once("exit", (code) => failed(`it ended with code ${code}`));
        },
        terminate: () => void worker.terminate(),
      };
    },
  };
}
