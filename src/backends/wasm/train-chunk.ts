// Some steps of a training run in the module's memory: the gathered rows of their batches, and the words of FFTrain.

import type { TrainRequest } from "../backend.js";
import type { Core } from "./core.js";
import { gatherRows, isBytes, isInts } from "./gather-rows.js";

const columnWords = 5;
const trainWords = 22;

/** Bytes of gathered rows that one chunk may take: memory stays flat, whatever the size of the data. */
const chunkBytes = 8 << 20;

/** What one chunk has done. */
export interface ChunkResult {
  readonly status: number;
  readonly steps: number;
}

type Range = Pick<TrainRequest, "first" | "updateFirst" | "applyFirst" | "last" | "applyEvery">;

/** The largest number of steps that a chunk may have. */
export function maximumSteps({ batchRows, columns, outputs = [] }: TrainRequest): number {
  const width = [...columns, ...outputs].reduce((total, column) => total + column.width, 1);
  return Math.max(1, Math.floor(chunkBytes / (4 * width * batchRows)));
}

/** Memory for chunks of up to `steps` steps of one request. */
export class ChunkMemory {
  private readonly addresses: number[] = [];
  private readonly train: number;
  private readonly order: number;
  private readonly learningRates: number;
  private readonly reports: number;
  private readonly reportValues: number;
  private readonly stepsDone: number;
  private readonly columns: number;
  private readonly data: readonly number[];

  constructor(
    private readonly core: Core,
    private readonly request: TrainRequest,
    private readonly capacity: number,
    /** The number of values that one step reports. */
    private readonly reportWidth: number,
  ) {
    const { columns, outputs = [], reports, batchRows } = request;
    const rows = capacity * batchRows;
    try {
      this.train = this.words(trainWords);
      this.order = this.words(rows);
      this.learningRates = this.words(capacity);
      this.reports = this.words(reports.length);
      this.reportValues = this.words(capacity * reportWidth);
      this.stepsDone = this.words(1);
      this.columns = this.words(columnWords * (columns.length + outputs.length));
      this.data = [...columns, ...outputs].map(({ width }) => this.words(rows * width));
    } catch (error) {
      this.free();
      throw error;
    }
    // Rows are gathered here, in the order of the steps; the core then takes them one after another.
    const order = core.ints(this.order, rows);
    for (let row = 0; row < rows; row++) order[row] = row;
    core.ints(this.reports, reports.length).set(reports);
  }

  /** Executes the steps [from, to) of the request, or only another range of its instructions in each of them. */
  run(program: number, from: number, to: number, range: Range = this.request): ChunkResult {
    const { core, request } = this;
    const { batchRows, columns, outputs = [] } = request;
    const order = request.order.subarray(from * batchRows, to * batchRows);
    this.gather(order);
    this.writeColumns(order.length);
    if (request.learningRates !== null) {
      core.floats(this.learningRates, to - from).set(request.learningRates.subarray(from, to));
    }
    this.writeTrain(order.length, from, range);
    const status = core.exports.ff_train(program, this.train, this.stepsDone);
    const steps = core.ints(this.stepsDone, 1)[0] as number;
    const rows = Math.min(order.length, (steps + 1) * batchRows);
    for (const [i, { data, width }] of outputs.entries()) {
      const address = this.data[columns.length + i] as number;
      data.set(core.floats(address, rows * width), from * batchRows * width);
    }
    return { status, steps };
  }

  /** The reports of the chunk's first `steps` steps, also that of a step that failed. */
  readReports(steps: number): Float32Array {
    return this.core.floats(this.reportValues, steps * this.reportWidth);
  }

  free(): void {
    for (const address of this.addresses.splice(0)) this.core.free(address);
  }

  private words(count: number): number {
    const address = this.core.allocate(Math.max(4, 4 * count));
    this.addresses.push(address);
    return address;
  }

  private gather(order: Int32Array): void {
    for (const [i, column] of this.request.columns.entries()) {
      gatherRows(this.view(column.data, this.data[i] as number, order.length * column.width), column, order);
    }
  }

  private view(like: Float32Array | Uint8Array | Int32Array, address: number, length: number) {
    if (isBytes(like)) return this.core.bytes(address, length);
    return isInts(like) ? this.core.ints(address, length) : this.core.floats(address, length);
  }

  private writeColumns(rows: number): void {
    const { columns, outputs = [] } = this.request;
    const all = [...columns, ...outputs];
    const words = this.core.ints(this.columns, columnWords * all.length);
    for (const [i, { tensor, data, width }] of all.entries()) {
      const type = isBytes(data) ? 1 : isInts(data) ? 2 : 0;
      words.set([this.data[i] as number, type, tensor, rows, width], i * columnWords);
    }
  }

  private writeTrain(rows: number, from: number, range: Range): void {
    const { first, updateFirst, applyFirst = updateFirst, last, applyEvery = 1 } = range;
    const { batchRows, learningRates, step, seed, columns, reports } = this.request;
    const outputs = this.request.outputs ?? [];
    this.core
      .ints(this.train, trainWords)
      .set([
        ...[first, updateFirst, applyFirst, last, applyEvery, batchRows],
        ...[this.order, rows],
        learningRates === null ? 0 : this.learningRates,
        ...[0, last > updateFirst ? step + from : step, seed[0], seed[1]],
        ...[this.columns, columns.length],
        ...[this.columns + 4 * columnWords * columns.length, outputs.length],
        ...[this.reports, reports.length, this.reportValues, this.capacity * this.reportWidth],
        this.request.stopIfNotFinite === true ? 1 : 0,
      ]);
  }
}
