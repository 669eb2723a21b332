// The memory plan: blocks that are in use at the same time never overlap, and the arena is not wasted.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aligned, alignment, type Block, placeBlocks } from "../../src/program/plan.js";

const block: fc.Arbitrary<Block> = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(20), fc.nat(20))
  .map(([length, a, b]) => ({ length, first: Math.min(a, b), last: Math.max(a, b) }));

const together = (a: Block, b: Block): boolean => a.first <= b.last && b.first <= a.last;

describe("placeBlocks", () => {
  test("keeps blocks apart, aligned and within the length", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
        const { offsets, length } = placeBlocks(blocks);
        blocks.forEach((a, i) => {
          const from = offsets[i] as number;
          expect(from % alignment).toBe(0);
          expect(from + a.length).toBeLessThanOrEqual(length);
          blocks.slice(i + 1).forEach((b, j) => {
            const other = offsets[i + 1 + j] as number;
            expect(together(a, b) && from < other + b.length && other < from + a.length).toBe(false);
          });
        });
      }),
    );
  });

  test("needs no more than everything side by side, and no less than what is in use at once", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
        const { length } = placeBlocks(blocks);
        const sizes = blocks.map((one) => aligned(one.length));
        expect(length).toBeLessThanOrEqual(sizes.reduce((a, b) => a + b, 0));
        for (let step = 0; step <= 20; step++) {
          const used = blocks.map((one, i) => (one.first <= step && step <= one.last ? (sizes[i] as number) : 0));
          expect(length).toBeGreaterThanOrEqual(used.reduce((a, b) => a + b, 0));
        }
      }),
    );
  });

  test("uses memory again", () => {
    const blocks = [0, 1, 2, 3].map((i) => ({ length: 16, first: i, last: i }));
    expect(placeBlocks(blocks).length).toBe(16);
  });

  test("takes the tightest gap", () => {
    const blocks = [
      { length: 64, first: 0, last: 0 },
      { length: 48, first: 0, last: 2 },
      { length: 32, first: 0, last: 0 },
      { length: 20, first: 2, last: 2 },
    ];
    expect(placeBlocks(blocks)).toEqual({ offsets: [0, 64, 112, 0], length: 144 });
  });

  test("nothing needs nothing", () => {
    expect(placeBlocks([])).toEqual({ offsets: [], length: 0 });
  });
});
