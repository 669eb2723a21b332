// Batches on their way from a data set to a model: a fixed structure of tensors, of which rows are cut, joined and chosen.

import { checkSameRows } from "../models/data.js";
import { isByName } from "../models/ports.js";
import { explain } from "../errors.js";
import { isTensorLike, type Tensor, type TensorInput } from "../tensor.js";
import { joinRows, readRowsOf, sliceRows } from "./rows.js";

/** One tensor; for models with several inputs or outputs a list, or an object by their names. */
export type BatchPart = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Some rows as data sets hand them out: inputs, targets, weights of the rows. */
export type DataBatch<X extends BatchPart = BatchPart, Y extends BatchPart = BatchPart> =
  | readonly [x: X]
  | readonly [x: X, y: Y]
  | readonly [x: X, y: Y, sampleWeight: Tensor];

/** What generators and functions of users may give instead of tensors. */
export type BatchPartInput = TensorInput | readonly TensorInput[] | Readonly<Record<string, TensorInput>>;

/** `[x]`, `[x, y]` or `[x, y, sampleWeight]`, each with a row for each row of the others. */
export type BatchInput =
  | readonly [x: BatchPartInput]
  | readonly [x: BatchPartInput, y: BatchPartInput]
  | readonly [x: BatchPartInput, y: BatchPartInput, sampleWeight: TensorInput];

/** Checks a batch of a user, and makes tensors of what is in it. */
export function readDataBatch(where: string, given: unknown): DataBatch {
  if (!Array.isArray(given) || given.length < 1 || given.length > 3) {
    const remedy = "A typed array or a tensor alone must be in an array, too: [x].";
    throw new TypeError(explain(where, "expected a batch as [x, y] or [x, y, sampleWeight]", given, remedy));
  }
  const names = ["x", "y", "sampleWeight"];
  const batch = given.map((part, i) => readPart(`${where}, ${names[i]}`, part)) as unknown as DataBatch;
  let rows = -1;
  for (const tensor of tensorsOf(batch)) {
    if (rows < 0) rows = tensor.shape[0] as number;
    checkSameRows(
      where,
      "all parts of a batch must have the same number of rows",
      rows,
      tensor.shape[0] as number,
      "one",
    );
  }
  return batch;
}

function readPart(where: string, part: unknown): BatchPart {
  if (isByName(part)) {
    return Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, readRowsOf(`${where} "${name}"`, value)]),
    );
  }
  const isList = Array.isArray(part) && part.length > 0 && part.every((item) => isTensorLike(item));
  return isList ? part.map((item, i) => readRowsOf(`${where} ${i}`, item)) : readRowsOf(where, part);
}

/** All tensors of a batch in a fixed order. */
export function tensorsOf(batch: DataBatch): Tensor[] {
  return batch.flatMap((part) => (isTensorLike(part) ? [part as Tensor] : (Object.values(part) as Tensor[])));
}

/** The same structure with other tensors, in the order of `tensorsOf`. */
export function withTensors(batch: DataBatch, tensors: readonly Tensor[]): DataBatch {
  let next = 0;
  return batch.map((part) => {
    if (isTensorLike(part)) return tensors[next++];
    if (Array.isArray(part)) return part.map(() => tensors[next++]);
    return Object.fromEntries(Object.keys(part).map((name) => [name, tensors[next++]]));
  }) as unknown as DataBatch;
}

export function batchRows(batch: DataBatch): number {
  return tensorsOf(batch)[0]?.shape[0] as number;
}

/** Rows `first` to `end - 1` of each tensor, without a copy. */
export function sliceBatch(batch: DataBatch, first: number, end: number): DataBatch {
  return withTensors(
    batch,
    tensorsOf(batch).map((tensor) => sliceRows(tensor, first, end)),
  );
}

/** The rows of batches of one structure, one below the other. */
export function joinBatches(where: string, batches: readonly DataBatch[]): DataBatch {
  const [first] = batches as [DataBatch, ...DataBatch[]];
  if (batches.length === 1) return first;
  const lists = batches.map(tensorsOf);
  return withTensors(
    first,
    tensorsOf(first).map((tensor, i) =>
      joinRows(
        where,
        lists.map((list) => list[i] ?? tensor),
      ),
    ),
  );
}
