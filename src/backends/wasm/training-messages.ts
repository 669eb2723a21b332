// What the thread of the page and the worker that trains tell each other.

import type { TrainRequest, TrainResult } from "../backend.js";

/** To the worker. Programs and trainings have numbers, which the page gives. */
export type TrainingOrder =
  | { readonly kind: "start"; readonly module: WebAssembly.Module }
  | { readonly kind: "create"; readonly program: number; readonly words: Int32Array }
  | {
      readonly kind: "train";
      readonly program: number;
      readonly training: number;
      /** What the program's arena holds. */
      readonly arena: Float32Array<ArrayBuffer>;
      readonly request: TrainRequest;
    }
  | { readonly kind: "cancel"; readonly program: number }
  | { readonly kind: "dispose"; readonly program: number };

/** From the worker. */
export type TrainingReport =
  | { readonly kind: "ready" }
  | { readonly kind: "unable"; readonly reason: string }
  | {
      readonly kind: "trained";
      readonly training: number;
      readonly result: TrainResult;
      readonly arena: Float32Array<ArrayBuffer>;
      readonly outputs: readonly Float32Array[];
    }
  | { readonly kind: "failed"; readonly training: number; readonly reason: string };

/** The side of either: a Worker, the scope of one, or a port. */
export interface TrainingPort<Sent, Received> {
  postMessage(message: Sent, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Received>) => void) | null;
}
