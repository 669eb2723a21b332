// How much memory training needs beyond what it must have: the parameters, their gradients and the optimizer's slots, the activations as
// the program plans them, and the data. Measured as the resident memory of a fresh process at its largest.

import type { BackendSetting } from "./contestants.js";
import { runChild } from "./child.js";
import type { Network } from "./networks.js";
import { openSession } from "./program.js";
import { digits, printTable } from "./report.js";
import { median } from "./timing.js";

export interface FootprintResult {
  readonly network: string;
  readonly label: string;
  readonly minimum: Minimum;
  /** Bytes, one for each process. */
  readonly measured: readonly number[];
}

export interface Minimum {
  /** Parameters, gradients, slots. */
  readonly weights: number;
  readonly activations: number;
  readonly data: number;
}

export function bytesOf({ weights, activations, data }: Minimum): number {
  return weights + activations + data;
}

/** From the program and the data set. */
export function minimumOf(setting: BackendSetting, network: Network): Minimum {
  const session = openSession(setting.backend, network);
  const { parameters, gradients, slots, arenaLength } = session.program;
  session.dispose();
  const floats = parameters.length + gradients.length + slots.reduce((sum, { region }) => sum + region.length, 0);
  const inputs = network.sizes[0] ?? 0;
  return { weights: 4 * floats, activations: 4 * (arenaLength - floats), data: 4 * network.rows * (inputs + 1) };
}

export function benchFootprint(
  settings: readonly BackendSetting[],
  networks: readonly Network[],
  processes: number,
): FootprintResult[] {
  return networks.flatMap((network) =>
    settings.map((setting) => {
      const { sizes, batch, rows } = network;
      const measured = Array.from({ length: processes }, () => {
        const options = [setting.name, setting.threads, batch, sizes.join(","), rows];
        const { before, peak } = runChild<{ before: number; peak: number }>("memory", ...options);
        return peak - before;
      });
      return { network: network.name, label: setting.label, minimum: minimumOf(setting, network), measured };
    }),
  );
}

export function footprintRatio({ measured, minimum }: FootprintResult): number {
  return median(measured) / bytesOf(minimum);
}

export function printFootprint(results: readonly FootprintResult[]): void {
  const megabytes = (bytes: number) => digits(bytes / 1e6);
  const rows = results.map((result) => [
    result.network,
    result.label,
    ...[result.minimum.weights, result.minimum.activations, result.minimum.data].map(megabytes),
    megabytes(median(result.measured)),
    digits(footprintRatio(result)),
  ]);
  const head = ["network", "backend", "weights x4", "activations", "data", "peak", "peak / minimum"];
  printTable("Memory of training with Adam, MB", head, rows, 2);
}
