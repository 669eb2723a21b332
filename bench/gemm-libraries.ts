// OpenBLAS, BLIS and oneDNN as contestants: each is a process of its own that loads the library and multiplies on request.

import { setTimeout as sleep } from "node:timers/promises";
import { compileHarness, LineProcess } from "./harness.js";

export interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** File names, and the Debian packages they come from. */
const candidates = [
  { name: "OpenBLAS", file: process.env.OPENBLAS ?? "libopenblas.so.0", package: "libopenblas0-pthread" },
  { name: "BLIS", file: process.env.BLIS ?? "libblis.so.4", package: "libblis4-pthread" },
  { name: "oneDNN", file: process.env.ONEDNN ?? "libdnnl.so.2", package: "libdnnl2" },
];

/** Longer than the threads of any of them spin after a product: they would take the processors from whoever is next. */
const pause = 60;

export class GemmLibrary {
  readonly #process: LineProcess;

  private constructor(
    process: LineProcess,
    readonly name: string,
    /** Version and kernels. */
    readonly description: string,
  ) {
    this.#process = process;
  }

  /** Those that this machine has, and why it has not the others. */
  static async findAll(): Promise<{ libraries: GemmLibrary[]; missing: string[] }> {
    const libraries: GemmLibrary[] = [];
    const missing: string[] = [];
    for (const { name, file, package: source } of candidates) {
      try {
        const child = new LineProcess(compileHarness("library_gemm", ["-O2"]), [file]);
        libraries.push(new GemmLibrary(child, name, await child.next()));
      } catch (error) {
        missing.push(`${name}: ${(error as Error).message} (Debian: ${source})`);
      }
    }
    return { libraries, missing };
  }

  /** The name of the contestant with so many threads. */
  label(threads: number): string {
    return `${this.name} x${threads}`;
  }

  /** Seconds of so many products. The first one of a shape is checked. */
  async time({ transposeA, transposeB, m, n, k }: Product, threads: number, repetitions: number): Promise<number> {
    const flags = `${Number(transposeA)} ${Number(transposeB)}`;
    const answer = await this.#process.ask(`${threads} ${flags} ${m} ${n} ${k} ${repetitions}`);
    if (threads > 1) await sleep(pause);
    const seconds = Number(answer);
    if (Number.isFinite(seconds)) return seconds;
    throw new Error(`${this.name}: the product ${m} x ${n} x ${k} (${flags}) is ${answer}`);
  }

  stop(): void {
    this.#process.stop();
  }
}
