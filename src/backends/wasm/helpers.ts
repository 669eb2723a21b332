// Where the threads of WebAssembly modules come from: module workers of browsers, or what the Node entry installs.

import { BackendError, explain } from "../../errors.js";

/** What a new worker is told: the module to instantiate over the shared memory, the end of its stack, and its number. */
export interface HelperStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly stack: number;
  readonly worker: number;
}

/** A worker. It says that it has its instance, and then stays in ff_help until it is terminated. */
export interface Helper {
  /** Calls one of the two, once or more: it is ready, or it cannot be. */
  listen(ready: () => void, failed: (reason: string) => void): void;
  terminate(): void;
}

export interface HelperHost {
  /** Processors that this process may use. */
  processors(): number;
  start(message: HelperStart): Helper;
}

let installed: HelperHost | undefined;

/** For the Node entry. */
export function installHelperHost(host: HelperHost): void {
  installed = host;
}

export function helperHost(): HelperHost {
  return installed ?? browserHost;
}

/** Throws a BackendError where modules with threads cannot run. */
export function checkHelpers(): void {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  if (crossOriginIsolated === false) {
    refuse(
      "a page that is not isolated from other origins",
      "The headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp isolate it.",
    );
  }
  if (typeof SharedArrayBuffer === "undefined") refuse("an engine without SharedArrayBuffer");
  if (installed === undefined && typeof Worker === "undefined") refuse("a host without workers");
}

function refuse(received: string, remedy?: string): never {
  throw new BackendError(explain("wasm backend", "expected memory that threads can share", received, remedy));
}

const browserHost: HelperHost = {
  processors: () => navigator.hardwareConcurrency ?? 1,
  start(message) {
    // In this form bundlers find the file.
    const worker = new Worker(new URL("./wasm-worker.js", import.meta.url), { type: "module" });
    worker.postMessage(message);
    return {
      listen(ready, failed) {
        worker.onmessage = ({ data }: MessageEvent<string>) => (data === "ready" ? ready() : failed(data));
        worker.onerror = (event) => {
          event.preventDefault();
          failed(event.message ?? "its file cannot be loaded");
        };
      },
      terminate: () => worker.terminate(),
    };
  },
};
