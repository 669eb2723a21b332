// One pass over a model while its graph is built: what the layers leave behind besides their results, namely new values of
// weights, losses of their own, and the numbers of random streams.

import type { SymbolicTensor } from "../graph/node.js";
import type { Weight } from "./weight.js";

// The streams of layers are in the upper half of the numbers, those that users choose should be in the lower one.
const layerStreams = 2 ** 31;

export class Pass {
  /** What weights become with the step, in the order of the assignments. Empty unless training. */
  readonly assigned = new Map<Weight, SymbolicTensor>();
  /** Scalars that are added to the loss. */
  readonly losses: SymbolicTensor[] = [];
  /** Stands before the names of layers in errors and programs: the models that are used as layers, around this place. */
  prefix = "";
  #streams = layerStreams;

  constructor(readonly training: boolean) {}

  /** The numbers of the random streams follow the order of the layers. */
  randomStream(): number {
    return this.#streams++;
  }

  /** Builds the layers of a model that is used as a layer. */
  within<T>(prefix: string, build: () => T): T {
    const outer = this.prefix;
    this.prefix = prefix;
    try {
      return build();
    } finally {
      this.prefix = outer;
    }
  }

  /** The value of a weight at this place of the pass: what was assigned to it last, or the weight itself. */
  valueOf(weight: Weight): SymbolicTensor {
    return this.assigned.get(weight) ?? weight.node;
  }

  /** State moves on while training alone. */
  assign(weight: Weight, value: SymbolicTensor): void {
    if (this.training) this.assigned.set(weight, value);
  }
}
