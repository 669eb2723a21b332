// Layers that learn from data before the training: what `adapt` accepts, and where its results go.

import { turnIfDue } from "../backends/time-slice.js";
import { explain, formatShape, internalError, ShapeError } from "../errors.js";
import { inputNode } from "../graph/node.js";
import { isTensorLike, type Tensor, type TensorData, type TensorInput, toTensor } from "../tensor.js";
import { createLayer, type Layer, type LayerCore, type LayerDefinition, layerCore } from "./layer.js";

/**
 * What `adapt` accepts: rows of data, or parts of them one after the other: rows alone, or batches `[x, y]`, of which the layer
 * learns x. Of a data set it learns x.
 */
export type AdaptData =
  | TensorInput
  | { readonly x: Tensor }
  | AsyncIterable<TensorInput | readonly [x: unknown, ...others: unknown[]]>;

/** A layer that learns from data before the training. */
export interface AdaptableLayer extends Layer {
  /**
   * Sets the layer's state from rows of data; what an earlier call has found is forgotten. The event loop gets its turn.
   *
   * @throws ShapeError for rows of another shape than the layer's input; RangeError for no rows, and for values that are
   * not finite. The layer is then as it was.
   */
  adapt(data: AdaptData): Promise<void>;
}

/** Values of weights by name. */
export type LayerState = Readonly<Record<string, ArrayLike<number>>>;

/** A layer whose state `learn` finds from whole rows, given as blocks of numbers; `row` is the shape of one. */
export function createAdaptable(
  definition: LayerDefinition,
  learn: (blocks: AsyncIterable<RowBlock>, where: string) => Promise<LayerState>,
): AdaptableLayer {
  const expected = definition.options.inputShape ?? null;
  let row = expected;
  const layer = createLayer({
    ...definition,
    build(shape, context) {
      definition.build?.(shape, context);
      row = shape.slice(1) as readonly number[];
    },
  });
  const core = layerCore(layer) as LayerCore;
  const adapt = async (data: AdaptData): Promise<void> => {
    const where = `${core.where}, adapt`;
    let found: readonly number[] | null = null;
    const blocks = async function* () {
      for await (const block of blocksOf(where, data, core.builtFor === null ? expected : row)) {
        found = block.row;
        yield block;
      }
    };
    const state = await learn(blocks(), where);
    if (found === null) throw new RangeError(explain(where, "expected one or more rows", "none"));
    core.build(inputNode("input", [null, ...found]));
    for (const [name, values] of Object.entries(state)) hold(core, name, values);
  };
  return Object.defineProperty(layer, "adapt", { value: adapt, enumerable: true }) as AdaptableLayer;
}

function hold(core: LayerCore, name: string, values: ArrayLike<number>): void {
  const weight = core.weight(name);
  if (weight?.size !== values.length) throw internalError(`${core.where} has no weight ${name} of ${values.length}`);
  weight.hold(Float32Array.from(values));
}

export interface RowBlock {
  readonly data: TensorData;
  readonly row: readonly number[];
}

// About a millisecond.
const blockElements = 1 << 17;

/** The data in blocks of rows, checked. A typed array without a shape has rows of one number, or such as are expected. */
async function* blocksOf(
  where: string,
  data: AdaptData,
  expected: readonly number[] | null,
): AsyncGenerator<RowBlock, void> {
  let row = expected;
  for await (const part of isAsyncIterable(data) ? data : [rowsOfSet(data)]) {
    const rows = readRows(where, inputsOf(part), row);
    row = rows.row;
    const width = row.reduce((a, b) => a * b, 1);
    const step = Math.max(1, Math.floor(blockElements / width)) * width;
    for (let from = 0; from < rows.data.length; from += step) {
      await turnIfDue();
      const block = rows.data.subarray(from, from + step);
      checkFinite(where, block, from, width);
      yield { data: block, row };
    }
  }
}

function rowsOfSet(data: unknown): unknown {
  if (typeof data !== "object" || data === null || isTensorLike(data) || !("x" in data)) return data;
  return data.x;
}

/** x of a batch, told from nested arrays by its being a tensor. */
function inputsOf(part: unknown): unknown {
  return Array.isArray(part) && isTensorLike(part[0]) ? part[0] : part;
}

function isAsyncIterable(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === "object" && data !== null && Symbol.asyncIterator in data;
}

function readRows(where: string, part: unknown, expected: readonly number[] | null): RowBlock {
  const { data, shape } = toTensor(part, undefined, where);
  const given = shape.length <= 1 ? [1] : shape.slice(1);
  const row = expected ?? given;
  const flat = ArrayBuffer.isView(part) && !isTensorLike(part);
  if (data.length === 0) return { data, row };
  const fits = flat ? data.length % row.reduce((a, b) => a * b, 1) === 0 : formatShape(given) === formatShape(row);
  if (fits) return { data, row };
  const expectation = `expected rows of shape ${formatShape(row)}`;
  throw new ShapeError(explain(where, expectation, formatShape(flat ? shape : given)));
}

function checkFinite(where: string, block: TensorData, from: number, width: number): void {
  const bad = block.findIndex((value: number) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = `row ${Math.floor((from + bad) / width)}, column ${(from + bad) % width}`;
  throw new RangeError(
    explain(where, "expected finite numbers", `${block[bad]} in ${place}`, "Replace or remove missing values."),
  );
}
