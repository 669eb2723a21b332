// Joins the parts: the choices, the worker, the view, and who wants to know of changes. Drawing follows every snapshot; texts follow a
// few times a second, since a page full of changing numbers costs more than it tells.

import type { CsvFile } from "./data/data-set.js";
import { type Config, preset } from "./state/config.js";
import { fromHash, toHash } from "./state/share.js";
import { emptyView, moved, received, type View } from "./state/view.js";
import type { ExportFormat, Reply, Request } from "./worker/messages.js";

export interface ChosenNeuron {
  readonly layer: number;
  readonly unit: number;
}

const textInterval = 120;

export class Store {
  config: Config;
  view: View = emptyView;
  csv: CsvFile | null = null;
  running = false;
  chosen: ChosenNeuron | null = null;
  /** Names in the address that were not valid. */
  ignored: readonly string[];
  /** Frames drawn, for those who measure. */
  frames = 0;
  readonly #worker: Worker;
  readonly #listeners = new Set<() => void>();
  readonly #painters = new Set<() => void>();
  #textTimer = 0;
  #textTime = 0;
  #frame = 0;
  #unanswered = false;

  constructor() {
    const { config, ignored } = fromHash(location.hash);
    this.config = config;
    this.ignored = ignored;
    this.#worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    addEventListener("hashchange", () => {
      if (location.hash.replace(/^#/, "") === toHash(this.config)) return;
      const next = fromHash(location.hash);
      this.ignored = next.ignored;
      this.#restart(next.config);
    });
    if (config.data === "csv") this.notify();
    else this.send({ type: "start", config, csv: null });
  }

  send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** A choice was made: a new network, unless it is the learning rate alone. */
  choose(change: Partial<Config>): void {
    const config = { ...this.config, ...(change.data === undefined ? {} : preset(change.data)), ...change };
    const [only] = Object.keys(change);
    if (only === "learningRate" && Object.keys(change).length === 1 && this.view.started !== null) {
      this.config = config;
      this.#keep();
      this.send({ type: "learningRate", value: config.learningRate });
      this.notify();
    } else this.#restart(config);
  }

  chooseCsv(csv: CsvFile): void {
    this.csv = csv;
    this.#restart({ ...this.config, ...(this.config.data === "csv" ? {} : preset("csv")), data: "csv" });
  }

  run(running: boolean): void {
    this.running = running;
    this.view = { ...this.view, error: null, trace: running ? null : this.view.trace };
    this.send({ type: running ? "run" : "pause" });
    this.notify();
  }

  epoch(): void {
    this.running = false;
    this.view = { ...this.view, error: null, trace: null };
    this.send({ type: "epoch" });
    this.notify();
  }

  reset(): void {
    this.#restart(this.config);
  }

  /** Records a step; with `take` after having taken the recorded one. */
  trace(take: boolean): void {
    this.running = false;
    this.send({ type: take ? "take" : "trace" });
    this.notify();
  }

  show(position: number): void {
    this.view = moved(this.view, position);
    this.notify();
    this.#draw();
  }

  closeTrace(): void {
    this.view = { ...this.view, trace: null };
    this.notify();
    this.#draw();
  }

  inspect(chosen: ChosenNeuron | null): void {
    this.chosen = chosen;
    this.notify();
    this.#draw();
  }

  export(format: ExportFormat): void {
    this.send({ type: "export", format });
  }

  dismiss(): void {
    this.view = { ...this.view, error: null };
    this.ignored = [];
    this.notify();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called in each frame in which there is something new. */
  paint(painter: () => void): () => void {
    this.#painters.add(painter);
    this.#draw();
    return () => this.#painters.delete(painter);
  }

  repaint(): void {
    this.#draw();
  }

  notify(): void {
    clearTimeout(this.#textTimer);
    this.#textTimer = 0;
    this.#textTime = performance.now();
    for (const listener of this.#listeners) listener();
  }

  #restart(config: Config): void {
    this.config = config;
    this.running = false;
    this.chosen = null;
    this.view = { ...this.view, error: null };
    this.#keep();
    if (config.data !== "csv" || this.csv !== null) {
      this.send({ type: "start", config, csv: config.data === "csv" ? this.csv : null });
    } else {
      this.send({ type: "pause" });
      this.view = emptyView;
    }
    this.notify();
  }

  #keep(): void {
    history.replaceState(null, "", `${location.pathname}${location.search}#${toHash(this.config)}`);
  }

  #receive(reply: Reply): void {
    this.view = received(this.view, reply);
    if (reply.type === "file") download(reply.name, reply.bytes);
    if (reply.type === "failed") this.running = false;
    if (reply.type === "snapshot") {
      this.#unanswered = true;
      this.#draw();
      this.#later();
    } else this.notify();
  }

  #later(): void {
    if (this.#textTimer !== 0) return;
    const wait = Math.max(0, this.#textTime + textInterval - performance.now());
    this.#textTimer = window.setTimeout(() => this.notify(), wait);
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      // Asked for first, so that the worker makes the next one while this one is drawn.
      if (this.#unanswered) this.send({ type: "drawn" });
      this.#unanswered = false;
      for (const painter of this.#painters) painter();
      this.frames++;
    });
  }
}

/** Gives a file to the user. */
export function download(name: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
