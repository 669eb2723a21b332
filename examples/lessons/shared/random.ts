// Random numbers that are the same everywhere, for data that lessons make up. The package draws weights, shuffles and masks itself.

/** Numbers in [0, 1), by the generator "mulberry32". */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers with mean 0 and standard deviation 1, by the method of Box and Muller. */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export interface Points {
  readonly x: [number, number][];
  readonly y: number[];
}

/** Two half circles that reach into each other, after scikit-learn's make_moons. */
export function moons(count: number, noise: number, seed: number): Points {
  const next = normal(seed);
  const y = Array.from({ length: count }, (_, i) => i % 2);
  const x = y.map((kind, i): [number, number] => {
    const angle = (Math.PI * Math.floor(i / 2)) / Math.max(1, Math.ceil(count / 2) - 1);
    const [right, up] = kind === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [right + noise * next(), up + noise * next()];
  });
  return { x, y };
}
