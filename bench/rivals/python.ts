// PyTorch and scikit-learn in a Python process of their own (PYTHON, else python3), one line of JSON for each request and each answer.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Problem, Rival } from "./rival.js";

type Answer = Readonly<Record<string, unknown>>;

class Python {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #errors = "";

  constructor() {
    const script = fileURLToPath(new URL("python_rivals.py", import.meta.url));
    this.#process = spawn(process.env.PYTHON ?? "python3", [script]);
    this.#process.stderr.on("data", (text) => {
      this.#errors += text;
    });
    createInterface(this.#process.stdout).on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    const fail = (reason: string) => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`python: ${reason} ${this.#errors.slice(-500)}`));
    };
    this.#process.on("error", (error) => fail(error.message));
    this.#process.on("exit", (code) => fail(`ended with ${code}`));
  }

  ask(request: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  stop(): void {
    this.#process.stdin.end();
  }
}

function base64(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** The libraries that this Python has, each with one and two threads where it can choose. */
export async function rivals(): Promise<Rival[]> {
  const python = new Python();
  const { libraries } = (await python.ask({ do: "describe" })) as {
    libraries: { name: string; label: string; threads: number }[];
  };
  let number = 0;
  return libraries.map(({ name, label, threads }) => ({
    label,
    gigaflops: 40,
    remark: "",
    async create({ sizes, batch, rows, x, labels }: Problem) {
      const id = number++;
      const data = { sizes, batch, rows, x: base64(x), labels: base64(labels) };
      const { ok } = await python.ask({ do: "create", id, name, threads, ...data });
      if (ok !== true) return null;
      return {
        train: async (passes) => void (await python.ask({ do: "train", id, passes })),
        loss: async () => (await python.ask({ do: "loss", id })).value as number,
        latency: async () => (await python.ask({ do: "latency", id })).value as number,
        dispose: () => void python.ask({ do: "dispose", id }),
      };
    },
    stop: () => python.stop(),
  }));
}
