// Batches of equal size put together, so that one call of the core can do many steps. The rows are copied: whoever gives the
// batches may use its arrays again at once.

import type { TensorData } from "../tensor.js";
import { fillInOrder } from "./batches.js";
import type { Dataset, Matrix } from "./data.js";

/** Steps on rows: step s takes `batchRows` of them, the last one what is left. */
export interface Chunk {
  readonly data: Dataset;
  readonly batchRows: number;
}

/** One column of a batch. */
interface Part {
  readonly data: TensorData;
  readonly width: number;
}

/** Memory for chunks, which is used again and again; only one chunk at a time lies in it. */
export class ChunkBuffer {
  #columns: TensorData[] = [];
  /** The form of the chunk: the first batch, by which the others are judged. */
  #form: Dataset | null = null;
  #rows = 0;
  #capacity = 0;
  #ended = false;

  /** Batches so far. */
  get batches(): number {
    return this.#form === null ? 0 : Math.ceil(this.#rows / this.#form.rows);
  }

  /** Begins a chunk with its first batch, with room for `batches` of its size. */
  begin(batch: Dataset, batches: number): void {
    this.#form = batch;
    this.#rows = 0;
    this.#ended = false;
    this.#capacity = Math.max(1, Math.min(batches, Math.floor(mostValues / valuesOf(batch)))) * batch.rows;
    partsOf(batch).forEach(({ data, width }, i) => {
      const length = this.#capacity * width;
      const old = this.#columns[i];
      if (old?.constructor === data.constructor && old.length >= length) return;
      this.#columns[i] = new (data.constructor as new (length: number) => TensorData)(length);
    });
    this.add(batch);
  }

  /** Adds a batch; false when it needs a chunk of its own. A smaller batch ends the chunk. */
  add(batch: Dataset): boolean {
    const form = this.#form;
    if (form === null || this.#ended || this.#rows + batch.rows > this.#capacity || !sameForm(form, batch))
      return false;
    partsOf(batch).forEach(({ data, width }, i) => {
      this.#columns[i]?.set(data, this.#rows * width);
    });
    this.#rows += batch.rows;
    this.#ended = batch.rows < form.rows;
    return true;
  }

  /** True when nothing more fits in. */
  get full(): boolean {
    return this.#ended || this.#rows + (this.#form?.rows ?? 0) > this.#capacity;
  }

  /** The chunk, which holds until the next `begin`. */
  chunk(): Chunk {
    const form = this.#form as Dataset;
    const rows = this.#rows;
    let next = 0;
    const column = (width: number): TensorData => (this.#columns[next++] as TensorData).subarray(0, rows * width);
    const matrix = ({ width }: Matrix): Matrix => ({ data: column(width), rows, width });
    const data = {
      rows,
      inputs: form.inputs.map(matrix),
      targets: form.targets.map((target) => (target === null ? null : matrix(target))),
      weights: form.weights.map((weights) => (weights === null ? null : (column(1) as Float32Array))),
    };
    return { data, batchRows: form.rows };
  }
}

// 8 MB of float32: long enough that the calls cost nothing (a call takes 0.2 ms, the steps on so many values 8 ms), and small
// enough to stay in a cache.
const mostValues = 1 << 21;

function valuesOf(batch: Dataset): number {
  return partsOf(batch).reduce((sum, { data }) => sum + data.length, 0);
}

/** All columns in one order. */
function partsOf({ inputs, targets, weights }: Dataset): Part[] {
  const parts: Part[] = [...inputs];
  for (const target of targets) if (target !== null) parts.push(target);
  for (const numbers of weights) if (numbers !== null) parts.push({ data: numbers, width: 1 });
  return parts;
}

/** True for columns of the same types and widths, and no more rows. */
function sameForm(a: Dataset, b: Dataset): boolean {
  if (b.rows > a.rows || a.weights.some((weights, i) => (weights === null) !== (b.weights[i] === null))) return false;
  const parts = partsOf(b);
  return partsOf(a).every(({ data, width }, i) => {
    return parts[i]?.width === width && parts[i].data.constructor === data.constructor;
  });
}

let identity = new Int32Array(0);

/** The numbers 0 ... rows - 1: the order of the rows of a chunk. */
export function rowsInOrder(rows: number): Int32Array {
  if (identity.length < rows) {
    identity = new Int32Array(rows);
    fillInOrder(identity, 0, 0, rows);
  }
  return identity.subarray(0, rows);
}
