// Trains in a worker: the side of the page. Orders are answered one by one; when the worker fails, all that wait are told.

import { BackendError, explain } from "../../errors.js";
import type { TrainRequest, TrainResult } from "../backend.js";
import type { TrainingOrder, TrainingPort, TrainingReport } from "./training-messages.js";

/** Time for the worker to start, on a machine that is busy. */
const patienceMilliseconds = 10_000;

/** What a training has left. */
export interface Trained {
  readonly result: TrainResult;
  readonly arena: Float32Array;
  readonly outputs: readonly Float32Array[];
}

export type TrainingWorker = TrainingPort<TrainingOrder, TrainingReport> & Partial<Pick<Worker, "onerror">>;

interface Waiting {
  resolve(trained: Trained): void;
  reject(error: Error): void;
}

export class TrainingClient {
  readonly #port: TrainingWorker;
  readonly #waiting = new Map<number, Waiting>();
  #failure: BackendError | null = null;
  #numbers = 0;

  private constructor(port: TrainingWorker) {
    this.#port = port;
  }

  /** Starts the worker; a BackendError when it cannot be started. */
  static start(port: TrainingWorker, module: WebAssembly.Module): Promise<TrainingClient> {
    const client = new TrainingClient(port);
    return new Promise((resolve, reject) => {
      const refuse = (reason: string) => {
        clearTimeout(timer);
        client.#fail(reason);
        reject(new BackendError(`wasm backend: the worker that trains cannot be started: ${reason}`));
      };
      const timer = setTimeout(() => refuse(`no answer for ${patienceMilliseconds} ms`), patienceMilliseconds);
      port.onmessage = ({ data }) => {
        if (data.kind === "ready") {
          clearTimeout(timer);
          resolve(client);
        } else if (data.kind === "unable") refuse(data.reason);
        else client.#answer(data);
      };
      port.onerror = (event) => {
        event.preventDefault();
        refuse(event.message ?? "its file cannot be loaded");
      };
      client.#post({ kind: "start", module });
    });
  }

  /** Creates a program and gives its number. */
  create(words: Int32Array): number {
    const program = ++this.#numbers;
    this.#post({ kind: "create", program, words });
    return program;
  }

  train(program: number, arena: Float32Array<ArrayBuffer>, request: TrainRequest): Promise<Trained> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const training = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#waiting.set(training, { resolve, reject });
      const gathered = request.columns.map(({ data }) => data.buffer as ArrayBuffer);
      this.#post({ kind: "train", program, training, arena, request }, [arena.buffer, ...gathered]);
    });
  }

  cancel(program: number): void {
    this.#post({ kind: "cancel", program });
  }

  dispose(program: number): void {
    this.#post({ kind: "dispose", program });
  }

  #post(order: TrainingOrder, transfer: Transferable[] = []): void {
    this.#port.postMessage(order, transfer);
  }

  #answer(report: Exclude<TrainingReport, { kind: "ready" | "unable" }>): void {
    const waiting = this.#waiting.get(report.training);
    this.#waiting.delete(report.training);
    if (report.kind === "trained") waiting?.resolve(report);
    else waiting?.reject(new BackendError(report.reason));
  }

  #fail(reason: string): void {
    const remedy = `Load the page anew, or setBackend("wasm") without the worker.`;
    this.#failure = new BackendError(explain("wasm backend", "expected a worker that trains", reason, remedy));
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
