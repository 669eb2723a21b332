// Trains for a page: the side of the worker. It has an instance of the module and programs of its own; what their arenas hold comes with
// each training and goes back with its result, so that the page has the newest weights whenever nothing is training.

import type { Core } from "./core.js";
import { WasmExecutable } from "./executable.js";
import { instantiate } from "./instance.js";
import type { TrainingOrder, TrainingPort, TrainingReport } from "./training-messages.js";

/** Answers the orders that come to a port. */
export function serveTraining(port: TrainingPort<TrainingReport, TrainingOrder>): void {
  const programs = new Map<number, WasmExecutable>();
  /** Why programs could not be created: their trainings tell. */
  const failures = new Map<number, string>();
  let core: Core | undefined;

  const start = async (module: WebAssembly.Module): Promise<void> => {
    try {
      core = await instantiate(module);
      port.postMessage({ kind: "ready" }, []);
    } catch (error) {
      port.postMessage({ kind: "unable", reason: messageOf(error) }, []);
    }
  };

  const create = (program: number, words: Int32Array): void => {
    if (core === undefined) return;
    try {
      programs.set(program, new WasmExecutable(core, words));
    } catch (error) {
      failures.set(program, messageOf(error));
    }
  };

  const train = async (order: Extract<TrainingOrder, { kind: "train" }>): Promise<void> => {
    const { training, request } = order;
    try {
      const program = programs.get(order.program);
      if (program === undefined) throw new Error(failures.get(order.program) ?? "internal: an unknown program");
      program.write(0, order.arena);
      const result = await program.trainAsync(request);
      const arena = program.read(0, program.arenaLength) as Float32Array<ArrayBuffer>;
      const outputs = (request.outputs ?? []).map(({ data }) => data);
      port.postMessage({ kind: "trained", training, result, arena, outputs }, [arena.buffer]);
    } catch (error) {
      port.postMessage({ kind: "failed", training, reason: messageOf(error) }, []);
    }
  };

  port.onmessage = ({ data: order }) => {
    switch (order.kind) {
      case "start":
        void start(order.module);
        break;
      case "create":
        create(order.program, order.words);
        break;
      case "train":
        void train(order);
        break;
      case "cancel":
        programs.get(order.program)?.cancel();
        break;
      case "dispose":
        programs.get(order.program)?.dispose();
        programs.delete(order.program);
        break;
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
