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

/**
 * Damaged copies of what JSON holds: values that are replaced, left out, doubled, or exchanged with others of the same file. All
 * of them could be parsed.
 */
export function* jsonMutations(sound: unknown, count: number, seed = 1): Generator<unknown> {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  const text = JSON.stringify(sound);
  const strange = [null, true, "", "x", 0, -1, 1, 2, 0.5, 1e9, 2 ** 53, 1e300, [], {}, [null, 3], [[]], [-1], { a: 1 }];
  for (let i = 0; i < count; i++) {
    const copy: unknown = JSON.parse(text);
    for (let changes = 1 + below(2); changes > 0; changes--) {
      const [parent, key] = placeIn(copy, below);
      const [other, from] = placeIn(copy, below);
      const kind = below(4);
      if (key === undefined || from === undefined) break;
      if (kind === 0) parent[key] = strange[below(strange.length)];
      else if (kind === 1) parent[key] = structuredClone(other[from]);
      else if (!Array.isArray(parent)) delete parent[key];
      else if (kind === 2) parent.splice(Number(key), 1);
      else parent.push(structuredClone(parent[Number(key)]));
    }
    yield copy;
  }
}

/** A value somewhere in a tree, as the object or array that it is in, and its key. */
function placeIn(tree: unknown, below: (n: number) => number): readonly [Record<string, unknown>, string | undefined] {
  let parent = tree as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(parent);
    const key = keys[below(keys.length)];
    const value = parent[key ?? ""];
    // Values in the depth are most of a file.
    if (typeof value !== "object" || value === null || Object.keys(value).length === 0 || below(8) === 0)
      return [parent, key];
    parent = value as Record<string, unknown>;
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
