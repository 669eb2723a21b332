// A model as a layer of another one: its layers and weights are shared, and its graph is built anew inside the other's.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import { createLayer, type Layer, type LayerCore, type LayerInput, layerCore } from "../layers/layer.js";
import { isSymbolic } from "../ops/operand.js";
import type { ModelCore } from "./core.js";
import { placeOfPort } from "./ports.js";
import { connect } from "./topology.js";

const models = new WeakMap<LayerCore, ModelCore>();

/** The model that a layer stands for; undefined for other layers. */
export function modelOfLayer(layer: LayerCore): ModelCore | undefined {
  return models.get(layer);
}

/** The layer that stands for a model in others. */
export function createNested(core: ModelCore): Layer {
  const options = core.givenName === undefined ? {} : { name: core.givenName };
  const first = core.pending === null ? core.inputs.tensors[0]?.shape.slice(1) : undefined;
  const layer = createLayer<LayerInput>(
    {
      type: core.kind,
      options: first === undefined ? options : { ...options, inputShape: first as number[] },
      config: {},
      sublayers: () => core.layers,
      remember: () => core.remember(),
      build(shape) {
        const shapes = isList(shape) ? shape : [shape];
        if (core.pending !== null && shapes.length === 1) core.build(shapes[0]?.slice(1) as number[]);
        checkShapes(core, shapes);
      },
      call(x, _, pass) {
        const xs = isSymbolic(x) ? [x] : x;
        checkShapes(
          core,
          xs.map(({ shape }) => shape),
        );
        return connect(core.topology("call"), xs, pass);
      },
    },
    "both",
  );
  models.set(layerCore(layer) as LayerCore, core);
  return layer;
}

function isList(shape: Shape | readonly Shape[]): shape is readonly Shape[] {
  return shape.every((part) => Array.isArray(part));
}

function checkShapes(core: ModelCore, shapes: readonly Shape[]): void {
  const { names, tensors } = core.topology("call").inputs;
  const where = core.where("call");
  if (shapes.length !== tensors.length)
    throw new TypeError(explain(where, `expected ${tensors.length} inputs`, String(shapes.length)));
  for (const [i, { shape }] of tensors.entries()) {
    const given = shapes[i] ?? [];
    if (sameShape(given, shape)) continue;
    const place = `${where}, ${placeOfPort("x", names, i)}`;
    throw new ShapeError(explain(place, `expected shape ${formatShape(shape)}`, formatShape(given)));
  }
}
