// The layer that puts inputs side by side.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ConcatenateOptions extends LayerOptions {
  /**
   * The axis along which the inputs are joined, which is not the batch; default -1, the last one. Rows of two axes or more are
   * joined along their first axis only, 1.
   */
  axis?: number;
}

/**
 * Puts its inputs side by side: `[batch, 3]` and `[batch, 4]` give `[batch, 7]`. All axes but `axis` must agree.
 * Follows keras.layers.Concatenate.
 *
 * @throws RangeError for an axis that the inputs do not have, or the batch; ShapeError when other axes differ, and for an
 * axis behind 1 (Keras joins along those, too: reshape first).
 * @example
 * const both = layers.concatenate()([wide, deep]);
 */
export function concatenate(options: ConcatenateOptions = {}): Layer {
  const where = checkLayerOptions("concatenate", options, ["axis"]);
  const { axis = -1 } = options;
  if (!Number.isInteger(axis) || axis === 0) {
    const expectation = "axis must be an integer other than 0, which is the batch";
    throw new RangeError(explain(where, expectation, describeValue(axis)));
  }
  return createLayer<readonly SymbolicTensor[]>(
    {
      type: "concatenate",
      options,
      config: { axis },
      call(xs) {
        checkShapes(
          where,
          axis,
          xs.map(({ shape }) => shape),
        );
        return ops.concatenate(xs, axis);
      },
    },
    "list",
  );
}

function checkShapes(where: string, axis: number, shapes: readonly Shape[]): void {
  const [first] = shapes as [Shape];
  const rank = first.length;
  const place = axis < 0 ? axis + rank : axis;
  if (place <= 0 || place >= rank) {
    throw new RangeError(explain(where, `axis must be in [1, ${rank - 1}] or [${1 - rank}, -1]`, String(axis)));
  }
  const fits = (shape: Shape) => shape.length === rank && shape.every((n, i) => i === place || n === first[i]);
  if (shapes.every(fits)) return;
  const received = shapes.map(formatShape).join(" and ");
  throw new ShapeError(explain(where, `expected shapes that differ along axis ${axis} only`, received));
}
