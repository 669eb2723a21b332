// The file that a browser's workers run: an instance of the module over the shared memory, which computes from then on.

import type { HelperStart } from "./helpers.js";

interface HelperExports {
  readonly __stack_pointer: WebAssembly.Global;
  ff_help(worker: number): void;
}

// The types of the library are those of windows.
const scope = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;

scope.onmessage = ({ data: { module, memory, stack, worker } }: MessageEvent<HelperStart>) => {
  let help: () => void;
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const { __stack_pointer, ff_help } = exports as unknown as HelperExports;
    __stack_pointer.value = stack;
    help = () => ff_help(worker);
  } catch (error) {
    scope.postMessage(String(error));
    return;
  }
  scope.postMessage("ready");
  help();
};
