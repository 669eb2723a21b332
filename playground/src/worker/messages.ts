// What the page and its worker tell each other. Arrays are handed over, not copied.

import type { TracedInstruction } from "feedforward";
import type { CsvFile } from "../data/data-set.js";
import type { Config } from "../state/config.js";

export type ExportFormat = "safetensors" | "onnx";

export type Request =
  /** A new network on new data. */
  | { readonly type: "start"; readonly config: Config; readonly csv: CsvFile | null }
  | { readonly type: "run" }
  | { readonly type: "pause" }
  /** One epoch, then a pause. */
  | { readonly type: "epoch" }
  | { readonly type: "learningRate"; readonly value: number }
  /** The page has drawn the last snapshot and wants the next one. */
  | { readonly type: "drawn" }
  /** Records the next step of the optimizer without taking it. */
  | { readonly type: "trace" }
  /** Takes the recorded step and records the next one. */
  | { readonly type: "take" }
  | { readonly type: "classify"; readonly pixels: Float32Array }
  | { readonly type: "export"; readonly format: ExportFormat };

/** Points in the plane that is drawn. */
export interface PlanePoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly label: Float32Array;
  /** The first ones are those to train on. */
  readonly trained: number;
}

export interface Started {
  readonly type: "started";
  readonly run: number;
  /** Counts of the inputs, of each hidden layer and of the outputs. */
  readonly sizes: readonly number[];
  readonly classes: readonly string[];
  readonly rows: { readonly train: number; readonly test: number };
  /** Null for digits, which have no plane. */
  readonly points: PlanePoints | null;
  /** The plane: from and to in x, from and to in y. */
  readonly extent: readonly [number, number, number, number];
  readonly axes: readonly [string, string];
  readonly features: readonly string[];
  /** The first digits, for the input of the diagram. */
  readonly samples: Float32Array | null;
  readonly csv: { readonly columns: readonly string[]; readonly target: string; readonly name: string } | null;
  readonly parameters: number;
}

export interface LayerState {
  readonly name: string;
  readonly gradientNorm: number;
  readonly weightNorm: number;
  readonly activationMean: number;
  readonly activationStandardDeviation: number;
  readonly deadUnits: number;
}

export interface Snapshot {
  readonly type: "snapshot";
  readonly run: number;
  readonly epoch: number;
  readonly running: boolean;
  readonly learningRate: number;
  /** New points of the curves. */
  readonly curve: readonly CurvePoint[];
  /** Kernels and biases, one of each for every layer of weights. */
  readonly kernels: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  /** For each layer of neurons their values on the grid, point by point; null without a plane. */
  readonly maps: readonly Float32Array[] | null;
  readonly layers: readonly LayerState[];
}

export interface CurvePoint {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

export type Reply =
  | Started
  | Snapshot
  | {
      readonly type: "trace";
      readonly run: number;
      readonly step: number;
      readonly record: readonly TracedInstruction[];
    }
  | { readonly type: "classified"; readonly run: number; readonly scores: Float32Array }
  | { readonly type: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "failed"; readonly during: Request["type"]; readonly message: string };

/** Points of the grid in each direction. */
export const gridSize = 48;
