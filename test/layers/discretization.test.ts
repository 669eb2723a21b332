import { describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";

interface Adapted {
  readonly layer: string;
  readonly options: { readonly numBins: number };
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly binBoundaries: readonly number[];
}

const fixtures = readFixture<{ adapted: readonly Adapted[] }>("layers.json").adapted;

function boundaries(layer: layers.Layer): Float32Array {
  return sequential([layers.input({ shape: [1] }), layer]).getWeights()[0]?.data ?? new Float32Array();
}

describe("discretization", () => {
  it.each(fixtures.filter(({ layer }) => layer === "discretization"))(
    "adapts to the quantiles that Keras finds without approximation",
    async ({ options: { numBins }, shape, data, binBoundaries }) => {
      const layer = layers.discretization({ numBins });
      await layer.adapt({ data: Float32Array.from(data), shape });
      expectClose(boundaries(layer), binBoundaries, { relative: 2e-6, absolute: 0 });
    },
  );

  it("cuts what it has learnt from into parts of equal size, whatever its order", async () => {
    const layer = layers.discretization({ numBins: 4, outputMode: "count", inputShape: [1] });
    const data = Float32Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) - 50);
    await layer.adapt(data);
    expect([...boundaries(layer)]).toEqual([-26, -1, 24]);
    const out = await sequential([layer]).predict(data);
    const counts = [0, 1, 2, 3].map((bin) => out.data.filter((value, i) => i % 4 === bin && value === 1).length);
    expect(counts).toEqual([24, 25, 25, 26]);
  });

  it("does not adapt given boundaries", async () => {
    const layer = layers.discretization({ binBoundaries: [0] });
    await expect(layer.adapt([1])).rejects.toThrow(
      "discretization, adapt: expected a layer with numBins, received one with binBoundaries.",
    );
  });
});
