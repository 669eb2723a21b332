// What every backend offers to the layers above: programs that are created once and executed many times.
// The reference, native and wasm backends implement this interface and nothing else is known of them.

export type BackendName = "native" | "wasm" | "reference";

/** What one step needs besides the arena: the learning rate, the step counter, and the key of the random generator. */
export interface StepState {
  readonly learningRate: number;
  /** Optimizer steps taken so far; random masks depend on it. */
  readonly step: number;
  readonly seed: readonly [low: number, high: number];
}

export type ColumnData = Float32Array | Uint8Array | Int32Array;

/** A data set's column bound to a batch tensor: `data` holds `rows * width` values, row-major. */
export interface Column {
  readonly tensor: number;
  readonly data: ColumnData;
  readonly width: number;
}

/** Where the rows of a batch tensor go, in the order of the steps. `data` holds at least `order.length * width` values. */
export interface OutputColumn {
  readonly tensor: number;
  readonly data: Float32Array;
  readonly width: number;
}

/** Many steps in one call. The words of FFTrain in native/feedforward.h. */
export interface TrainRequest {
  /** Instructions executed in each step: [first, updateFirst) computes, [updateFirst, last) updates; both may be empty. */
  readonly first: number;
  readonly updateFirst: number;
  readonly last: number;
  /**
   * The updating instructions from here on are executed only in every `applyEvery`-th step, counted from step 0 of the
   * training: gradients are added up before it and applied behind it. Default: `updateFirst`, that is all of them.
   */
  readonly applyFirst?: number;
  /** Default 1. The updating instructions see the step counter divided by it. */
  readonly applyEvery?: number;
  readonly batchRows: number;
  /** Row numbers; step s takes `batchRows` of them from `s * batchRows`, the last step what is left. */
  readonly order: Int32Array;
  /** One a step; null when the update range is empty. */
  readonly learningRates: Float32Array | null;
  readonly step: number;
  readonly seed: readonly [low: number, high: number];
  readonly columns: readonly Column[];
  readonly outputs?: readonly OutputColumn[];
  /** Fixed tensors of one row whose values are copied out after the computing range of each step. */
  readonly reports: readonly number[];
  /** Stop before the update of a step when the first value of the first report is NaN or infinite. */
  readonly stopIfNotFinite?: boolean;
}

export interface TrainResult {
  readonly steps: number;
  /** The values of all reports, step by step. After `notFinite`, the failing step's values follow the completed ones. */
  readonly reports: Float32Array;
  readonly status: "done" | "cancelled" | "notFinite";
}

/** A program with its arena on one backend. One execution at a time. */
export interface Executable {
  readonly arenaLength: number;
  /** Copies values into the arena. */
  write(offset: number, values: ArrayLike<number>): void;
  /** A copy of a part of the arena. */
  read(offset: number, length: number): Float32Array;
  run(first: number, last: number, batchRows: number, state: StepState): void;
  runAsync(first: number, last: number, batchRows: number, state: StepState): Promise<void>;
  train(request: TrainRequest): TrainResult;
  trainAsync(request: TrainRequest): Promise<TrainResult>;
  /** Stops a running train before its next step. */
  cancel(): void;
  /** Frees the program; waits for a running execution. Idempotent. */
  dispose(): void;
}

export interface Backend {
  readonly name: BackendName;
  readonly isa: string;
  readonly threads: number;
  /** All that this machine can run. */
  readonly isas: readonly string[];
  /** True when async execution leaves the JavaScript thread free; false when it only yields between calls. */
  readonly offThread: boolean;
  setIsa(isa: string): void;
  /** Threads, the calling one included; 0 is what the machine offers. Waits for those that must be started first. */
  setThreads(threads: number): void | Promise<void>;
  createProgram(words: Int32Array): Executable;
}
