// Small C++ programs of native/bench that answer lines on request, compiled when they are needed. When one cannot be compiled or
// started, the reason is told and the bench goes on without it.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Compiles native/bench/NAME.cc; gives the program's path. Throws an error that tells why it cannot. */
export function compileHarness(name: string, flags: readonly string[]): string {
  const source = `${root}native/bench/${name}.cc`;
  const program = `${root}build/bench/${name}`;
  const built = statSync(program, { throwIfNoEntry: false });
  if (built !== undefined && built.mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(`${root}build/bench`, { recursive: true });
  const compiler = process.env.CXX ?? "g++";
  const arguments_ = ["-std=c++17", "-Wall", "-Wextra", ...flags, source, "-ldl", "-o", program];
  const { status, error, stderr } = spawnSync(compiler, arguments_, { encoding: "utf8" });
  if (status === 0) return program;
  throw new Error(`${compiler} cannot compile native/bench/${name}.cc: ${error?.message ?? stderr}`);
}

/** A child process that answers each line with a line. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #complaint = "";

  constructor(program: string, arguments_: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(program, arguments_, { env: { ...process.env, ...environment } });
    this.#child.stderr.on("data", (text) => {
      this.#complaint += text;
    });
    this.#child.on("error", (error) => {
      this.#complaint += error.message;
    });
    // Writing to a process that has ended must not end this one: the missing answer tells.
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Its next line; throws with its complaint when it has ended. */
  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(this.#complaint.trim() || "it ended without an answer");
    return value;
  }

  ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    return this.next();
  }

  stop(): void {
    this.#child.stdin.end();
  }
}
