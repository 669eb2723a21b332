// PyTorch, JAX, TensorFlow and scikit-learn in Python processes of their own, one line of JSON for each request and each answer.
// PYTHON names one or several Pythons, with colons between them; else python3. Each runs with two processors and with one.

import { fileURLToPath } from "node:url";
import { LineProcess } from "../harness.js";
import type { Problem, Rival } from "./rival.js";

type Answer = Readonly<Record<string, unknown>>;

const script = fileURLToPath(new URL("python_rivals.py", import.meta.url));

class Python {
  readonly #process: LineProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(program: string, threads: number) {
    this.#process = new LineProcess(program, [script, String(threads)]);
  }

  /** One request after the other. */
  ask(request: object): Promise<Answer> {
    const answer = this.#last.then(async () => {
      const result = JSON.parse(await this.#process.ask(JSON.stringify(request))) as Answer;
      if (typeof result.error === "string") throw new Error(`python: ${result.error}`);
      return result;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  stop(): void {
    this.#process.stop();
  }
}

function base64(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

export async function rivals(): Promise<Rival[]> {
  const found: Rival[] = [];
  for (const program of (process.env.PYTHON ?? "python3").split(":")) {
    for (const threads of [2, 1]) {
      const python = new Python(program, threads);
      try {
        const { libraries } = (await python.ask({ do: "describe" })) as {
          libraries: { name: string; version: string }[];
        };
        const fresh = libraries
          .map(({ name, version }) => rivalOf(python, name, `${version} x${threads}`, threads))
          .filter(({ label }) => !found.some((other) => other.label === label));
        found.push(...fresh);
        if (fresh.length === 0) python.stop();
      } catch (error) {
        console.log(`without ${program}: ${error instanceof Error ? error.message : String(error)}`);
        break;
      }
    }
  }
  return found;
}

function rivalOf(python: Python, name: string, label: string, threads: number): Rival {
  return {
    label,
    threads,
    gigaflops: 30,
    remark: "",
    agrees: true,
    async create({ sizes, batch, rows, x, labels, weights }: Problem) {
      const id = ids++;
      const parameters = weights.map(({ kernel, bias }) => [base64(kernel), base64(bias)]);
      const data = { sizes, batch, rows, x: base64(x), labels: base64(labels), weights: parameters };
      await python.ask({ do: "create", id, name, ...data });
      const call = async (what: string, ...arguments_: number[]) =>
        (await python.ask({ do: what, id, arguments: arguments_ })).value as number;
      return {
        train: async (passes) => void (await call("train", passes)),
        loss: () => call("loss"),
        latency: (count) => call("latency", count),
        dispose: async () => void (await call("dispose")),
      };
    },
    stop: () => python.stop(),
  };
}

let ids = 0;
