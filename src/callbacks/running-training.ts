// What the callbacks of this package may do with a training, besides what `CallbackModel` offers.

/** What a layer computes, and how its weights move. */
export interface LayerMeasurements {
  /** As in the names of weights: `hidden`, `encoder/dense`. */
  readonly name: string;
  /** Of what the layer gives for the sample, as `predict` computes it; null when another layer's operation contains it. */
  readonly activation: {
    readonly mean: number;
    readonly standardDeviation: number;
    /** The part of the units whose value is the same for every row of the sample: nothing is learnt through them. */
    readonly deadUnits: number;
  } | null;
  /** Of the trainable weights; null for a layer without. */
  readonly weights: {
    /** The Euclidean norm of the gradient of the loss over the sample. */
    readonly gradientNorm: number;
    readonly weightNorm: number;
    /** All numbers, for the change between two measurements. */
    readonly values: Float32Array;
  } | null;
}

/** Backups of a training at a path or `indexeddb://name`; `where` stands before errors. */
export interface TrainingBackups {
  /** Keeps model, optimizer and the place in the training. */
  keep(where: string, target: string): Promise<void>;
  /** Before the first step: goes on where a kept training was; false when there is none. */
  restore(where: string, target: string): Promise<boolean>;
  remove(where: string, target: string): Promise<void>;
}

export interface RunningTraining {
  /** Null for an optimizer whose search cannot be interrupted. */
  readonly backups: TrainingBackups | null;
  /** Computes on a sample of the rows, when no step is executing; empty when there are none. */
  measure(rows: number): LayerMeasurements[];
}
