// What a validation is: a number that must lie in a band, with the reason of the band.

/** A measured number and where it must lie. */
export interface Check {
  readonly name: string;
  readonly measured: number;
  readonly low: number;
  readonly high: number;
  readonly seconds: number;
  /** Where the band comes from. */
  readonly source: string;
}

export function inBand({ measured, low, high }: Check): boolean {
  return measured >= low && measured <= high;
}

/** Runs something and tells how many seconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}
