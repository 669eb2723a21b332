// OpenBLAS as a contestant: a child process that multiplies on request. Compiled on demand; when it cannot be, the reason is told.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = `${root}native/bench/openblas_gemm.cc`;
const program = `${root}build/bench/openblas_gemm`;
const library = process.env.OPENBLAS ?? "libopenblas.so.0";

export interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** What one answer holds: the time of all repetitions, and the projection of the result for the check. */
export interface BlasAnswer {
  readonly seconds: number;
  readonly projection: number;
}

export class OpenBlas {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  /** Version and kernels. */
  readonly description: string;
  /** "OpenBLAS", or "OpenBLAS/avx2" when it was told not to use more. */
  readonly name: string;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    description: string,
    name: string,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.description = description;
    this.name = name;
  }

  /**
   * Starts it, or gives the reason why not. Where it would use AVX-512, a second one is told to use its AVX2 kernels: the first is
   * what this machine can do, the second what the same instructions can do.
   */
  static async start(): Promise<readonly OpenBlas[] | string> {
    const failure = compile();
    if (failure !== null) return failure;
    const best = await OpenBlas.#spawn("OpenBLAS", process.env);
    if (typeof best === "string" || !/SkylakeX|Cooperlake|SapphireRapids/i.test(best.description)) {
      return typeof best === "string" ? best : [best];
    }
    const avx2 = await OpenBlas.#spawn("OpenBLAS/avx2", { ...process.env, OPENBLAS_CORETYPE: "Haswell" });
    return typeof avx2 === "string" ? [best] : [best, avx2];
  }

  static async #spawn(name: string, env: NodeJS.ProcessEnv): Promise<OpenBlas | string> {
    const child = spawn(program, [library], { env });
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true) return `${complaint.trim() || `${library} cannot be used`} (Debian: libopenblas0-pthread)`;
    return new OpenBlas(child, lines, `${name}: ${value}`, name);
  }

  /** The name of the contestant with so many threads. */
  label(threads: number): string {
    return `${this.name} x${threads}`;
  }

  async time(product: Product, threads: number, repetitions: number): Promise<BlasAnswer> {
    const { transposeA, transposeB, m, n, k } = product;
    this.#child.stdin.write(`${threads} ${Number(transposeA)} ${Number(transposeB)} ${m} ${n} ${k} ${repetitions}\n`);
    const { value } = await this.#lines.next();
    const [seconds = Number.NaN, projection = Number.NaN] = String(value).split(" ").map(Number);
    return { seconds, projection };
  }

  stop(): void {
    this.#child.stdin.end();
  }
}

function compile(): string | null {
  const built = statSync(program, { throwIfNoEntry: false });
  if (built !== undefined && built.mtimeMs > statSync(source).mtimeMs) return null;
  mkdirSync(`${root}build/bench`, { recursive: true });
  const compiler = process.env.CXX ?? "g++";
  const { status, error, stderr } = spawnSync(compiler, ["-std=c++17", "-O2", source, "-ldl", "-o", program], {
    encoding: "utf8",
  });
  if (status === 0) return null;
  return `${compiler} cannot compile native/bench/openblas_gemm.cc: ${error?.message ?? stderr}`;
}
