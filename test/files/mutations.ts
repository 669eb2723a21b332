// Damaged files: a sound one with bits flipped, bytes changed, ranges cut, doubled or moved. Seeded.

/** A generator of damaged copies; the same seed gives the same ones. */
export function* mutations(bytes: Uint8Array, count: number, seed = 1): Generator<Uint8Array> {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let i = 0; i < count; i++) {
    const changes = 1 + below(3);
    let copy: Uint8Array = bytes.slice();
    for (let j = 0; j < changes; j++) {
      const at = below(copy.length);
      const kind = below(6);
      if (kind === 0) copy = copy.slice(0, at);
      else if (kind === 1) copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
      else if (kind === 2) copy[at] = [0, 1, 127, 128, 255, below(256)][below(6)] as number;
      else if (kind === 3) copy.fill([0, 255][below(2)] as number, at, at + [2, 4, 8][below(3)]!);
      else if (kind === 4) copy.copyWithin(at, below(copy.length), below(copy.length));
      else copy = Uint8Array.of(...copy.subarray(0, at), below(256), ...copy.subarray(at));
      if (copy.length === 0) break;
    }
    yield copy;
  }
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
