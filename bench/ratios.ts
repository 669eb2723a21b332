// The ratios that we hold ourselves to. They compare contestants of one run, so they mean the same on every machine.

import { type GemmResult, gflops } from "./gemm.js";
import { type NetworkResult, samplesPerSecond } from "./networks.js";
import { geometricMean } from "./timing.js";

export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly atLeast: number;
}

/** The ratios that the results allow to compute; `native` and `wasm` are the labels of the best instruction sets at one thread. */
export function findRatios(
  gemm: readonly GemmResult[],
  networks: readonly NetworkResult[],
  native: string,
  wasm: string,
): Ratio[] {
  const rate = (result: GemmResult, label: string) =>
    gflops(
      result,
      result.samples.find((samples) => samples.label === label),
    );
  const against = (results: readonly GemmResult[], a: string, b: string) =>
    geometricMean(results.map((result) => rate(result, a) / rate(result, b)).filter(Number.isFinite));
  const large = gemm.filter(({ batch }) => batch >= 32);
  const single = gemm.filter(({ batch }) => batch === 1);
  const libraries = ["OpenBLAS", "OpenBLAS/avx2"].flatMap((library) => [
    {
      name: `products, batch >= 32, native / ${library}, 1 thread`,
      value: against(large, native, `${library} x1`),
      atLeast: 0.8,
    },
    {
      name: `products, batch 1, native / ${library}, 1 thread`,
      value: against(single, native, `${library} x1`),
      atLeast: 3,
    },
  ]);
  const ratios: Ratio[] = [
    ...libraries,
    { name: "products, batch >= 32, wasm / native, 1 thread", value: against(large, wasm, native), atLeast: 0.25 },
  ];
  const trained = (name: string, label: string) => {
    const result = networks.find(({ network }) => network === name);
    const samples = result?.samples.find((candidate) => candidate.label === label);
    return result === undefined || samples === undefined ? Number.NaN : samplesPerSecond(result, samples);
  };
  const net = "784-512-512-10";
  const two = native.replace(/x1$/, "x2");
  ratios.push(
    { name: `fit of ${net}, wasm / native, 1 thread`, value: trained(net, wasm) / trained(net, native), atLeast: 0.25 },
    { name: `fit of ${net}, samples/s, 2 threads`, value: trained(net, two), atLeast: 25_000 },
    { name: "fit of XOR 2-8-1, steps/s, 1 thread", value: trained("XOR 2-8-1", native) / 4, atLeast: 300_000 },
    { name: "fit of XOR 2-8-1, steps/s, 2 threads", value: trained("XOR 2-8-1", two) / 4, atLeast: 300_000 },
  );
  return ratios.filter(({ value }) => Number.isFinite(value));
}
