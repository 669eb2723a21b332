/// <reference types="node" />
// What runs in the threads of tune-workers.ts: a file of its own, which asks the study for everything that a trial needs.

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Trial } from "../tune/trial.js";
import type { Call, Outcome, Task, WorkerSetup } from "./tune-protocol.js";

const parent = parentPort as MessagePort;
const { module, flag, ...setup } = workerData as WorkerSetup;
const port = setup.port as MessagePort;

/** Asks the study and sleeps until it has answered: the methods of a trial give their results at once. */
function call(question: Call): unknown {
  port.postMessage(question);
  Atomics.wait(flag, 0, 0);
  Atomics.store(flag, 0, 0);
  const outcome = receiveMessageOnPort(port)?.message as Outcome;
  if (outcome.kind === "value") return outcome.value;
  if (outcome.kind !== "error") throw new Error("internal: no answer from the study");
  const kinds: Readonly<Record<string, ErrorConstructor>> = { TypeError, RangeError };
  throw new (kinds[outcome.name] ?? Error)(outcome.message);
}

function describe(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: "Error", message: String(error) };
}

async function load(): Promise<(trial: Trial) => unknown> {
  const loaded = (await import(module)) as { default?: unknown; objective?: unknown };
  // CommonJS modules have their exports in the default one.
  const inner = loaded.default as { default?: unknown; objective?: unknown } | undefined;
  const found = [loaded.objective, loaded.default, inner?.objective, inner?.default].find(
    (one) => typeof one === "function",
  );
  if (found === undefined) throw new Error(`the exports ${Object.keys(loaded).join(", ") || "of an empty module"}`);
  return found as (trial: Trial) => unknown;
}

function trialOf({ number, threads }: Task): Trial {
  return new Trial({
    ...{ number, threads },
    // The thread is ended when the study is stopped.
    signal: new AbortController().signal,
    ask: (question) => call({ method: "ask", values: question }) as string,
    report: (value, step) => void call({ method: "report", values: [value, step] }),
    shouldPrune: () => call({ method: "shouldPrune", values: null }) as boolean,
  });
}

function send(outcome: Outcome): void {
  try {
    parent.postMessage(outcome);
  } catch {
    // A value that cannot be sent, such as a function.
    parent.postMessage({ kind: "value", value: undefined });
  }
}

load().then(
  (objective) => {
    parent.on("message", (task: Task) => {
      Promise.resolve(task)
        .then(async () => await objective(trialOf(task)))
        .then(
          (value) => send({ kind: "value", value }),
          (error: unknown) => send({ kind: "error", ...describe(error) }),
        );
    });
    send({ kind: "ready" });
  },
  (error: unknown) => send({ kind: "refused", message: describe(error).message }),
);
