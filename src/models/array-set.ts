// Data sets in memory in the place of x and y: their arrays are used as they are, not batch by batch.

import { describeValue, explain } from "../errors.js";
import { isTensorLike, type Tensor } from "../tensor.js";
import type { InputData, TargetData } from "./data.js";
import type { FitOptions } from "./options.js";
import { isByName } from "./ports.js";
import { type Batches, isBatches } from "./stream.js";

/** What the data sets of `data.csv` and `data.fromArrays` have. */
export interface ArraySet {
  readonly x: Tensor;
  readonly y: Tensor | null;
  readonly sampleWeight: Tensor | null;
}

/** True for data sets in memory, also of another copy of this package. */
export function isArraySet(value: unknown): value is ArraySet {
  return isBatches(value) && "x" in value && isTensorLike(value.x) && "y" in value && "sampleWeight" in value;
}

/** `fit(x, y, options)`, `fit(set, options)` or `fit(batches, options)`. */
export function scoredArguments<Options extends Pick<FitOptions, "sampleWeight" | "validationData">>(
  where: string,
  x: unknown,
  y: unknown,
  options: Options | undefined,
): [x: InputData | Batches, y: TargetData | undefined, options: Options] {
  const alone = isBatches(x) && options === undefined && isByName(y);
  const targets = (alone ? undefined : y) as TargetData | undefined;
  const given = validationArrays((alone ? y : (options ?? {})) as Options);
  if (!isArraySet(x)) return [x as InputData | Batches, targets, given];
  if (targets !== undefined) {
    throw new TypeError(explain(where, "expected no y: the data set has it", describeValue(targets)));
  }
  const weights = x.sampleWeight === null || given.sampleWeight !== undefined ? {} : { sampleWeight: x.sampleWeight };
  return [x.x, x.y ?? undefined, { ...given, ...weights }];
}

function validationArrays<Options extends Pick<FitOptions, "validationData">>(options: Options): Options {
  if (typeof options !== "object" || options === null || !isArraySet(options.validationData)) return options;
  const { x, y, sampleWeight } = options.validationData;
  return { ...options, validationData: sampleWeight === null ? [x, y] : [x, y, sampleWeight] };
}
