// The memory plan: which values of a function share memory, and where each lies in the arena.

import { internalError } from "../errors.js";
import { baseOf, present, type Step, sameSize, type Value } from "./steps.js";
import { inPlace } from "./in-place.js";

/** Every place begins at a multiple of so many floats: a cache line, and the widest vectors. */
export const alignment = 16;

export function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Memory that is in use from step `first` to step `last`, both included. */
export interface Block {
  readonly length: number;
  first: number;
  last: number;
}

/** Offsets such that blocks in use at the same time never overlap: large ones first, each into the tightest gap. */
export function placeBlocks(blocks: readonly Block[]): { offsets: number[]; length: number } {
  const offsets = new Array<number>(blocks.length).fill(0);
  const placed: { block: Block; from: number; to: number }[] = [];
  const order = blocks.map((block, i) => ({ block, i })).sort((a, b) => b.block.length - a.block.length || a.i - b.i);
  let length = 0;
  for (const { block, i } of order) {
    const size = aligned(block.length);
    const neighbours = placed
      .filter((other) => other.block.first <= block.last && block.first <= other.block.last)
      .sort((a, b) => a.from - b.from);
    let end = 0;
    let best = { from: -1, room: Number.POSITIVE_INFINITY };
    for (const { from, to } of neighbours) {
      const room = from - end;
      if (room >= size && room < best.room) best = { from: end, room };
      end = Math.max(end, to);
    }
    const from = best.from >= 0 ? best.from : end;
    offsets[i] = from;
    placed.push({ block, from, to: from + size });
    length = Math.max(length, from + size);
  }
  return { offsets, length };
}

export interface PlanRequest {
  readonly steps: readonly Step[];
  readonly inputs: Iterable<Value>;
  /** Values that must stay readable to the end. */
  readonly kept: Iterable<Value>;
  /** Values with a place of their own outside the planned memory. */
  readonly fixed: ReadonlyMap<Value, number>;
  /** Those of `fixed` whose place holds something else until they are computed: nothing else may be computed there. */
  readonly replacing?: ReadonlySet<Value>;
  readonly batchRows: number;
}

/** Offsets of all inputs and results, relative to the planned memory, or absolute for those that share a fixed place. */
export interface MemoryPlan {
  readonly offsets: ReadonlyMap<Value, { readonly offset: number; readonly fixed: boolean }>;
  readonly length: number;
}

interface SharedBlock extends Block {
  fixed: number | null;
  /** Inputs must not be overwritten before the function ends. */
  readonly protected: boolean;
}

export function elementCount(value: Value, batchRows: number): number {
  return (value.rows ?? batchRows) * value.columns;
}

/** Plans the memory of one function. */
export function planMemory({ steps, inputs, kept, fixed, replacing, batchRows }: PlanRequest): MemoryPlan {
  const end = steps.length;
  const lastUse = new Map<Value, number>();
  for (const [i, step] of steps.entries()) {
    for (const value of [...present(step.inputs), ...present(step.outputs)]) lastUse.set(baseOf(value), i);
  }
  for (const value of kept) lastUse.set(baseOf(value), end);
  const blocks = new Map<Value, SharedBlock>();
  for (const value of inputs) {
    blocks.set(value, { length: elementCount(value, batchRows), first: 0, last: end, fixed: null, protected: true });
  }
  for (const [i, step] of steps.entries()) {
    for (const [position, value] of step.outputs.entries()) {
      // Variables have their place already.
      if (value === null || value.kind === "variable") continue;
      const last = lastUse.get(value) ?? i;
      const place = fixed.get(value) ?? null;
      const reused = position === 0 && !replacing?.has(value) ? reusable(step, value, i, blocks, batchRows) : undefined;
      if (reused !== undefined) {
        reused.last = last;
        reused.fixed = place;
        blocks.set(value, reused);
      } else {
        const length = elementCount(value, batchRows);
        blocks.set(value, { length, first: i, last, fixed: place, protected: false });
      }
    }
  }
  const floating = [...new Set(blocks.values())].filter((block) => block.fixed === null);
  const { offsets, length } = placeBlocks(floating);
  const places = new Map(floating.map((block, i) => [block, offsets[i] as number]));
  const planned = new Map<Value, { offset: number; fixed: boolean }>();
  for (const [value, block] of blocks) {
    const offset = block.fixed ?? places.get(block);
    if (offset === undefined) throw internalError("a value without a place");
    planned.set(value, { offset, fixed: block.fixed !== null });
  }
  return { offsets: planned, length };
}

/** The block of an operand that is not needed after step `i`, if the step may write its result over it. */
function reusable(
  step: Step,
  output: Value,
  i: number,
  blocks: ReadonlyMap<Value, SharedBlock>,
  batchRows: number,
): SharedBlock | undefined {
  if (!inPlace.has(step.op)) return undefined;
  for (const input of present(step.inputs)) {
    const block = blocks.get(baseOf(input));
    if (block === undefined || block.protected || block.fixed !== null || block.last !== i) continue;
    if (!sameSize(input, output) || block.length !== elementCount(output, batchRows)) continue;
    return block;
  }
  return undefined;
}
