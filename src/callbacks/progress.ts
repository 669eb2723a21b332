// The progress of a training as text: a bar that is redrawn on a terminal, a line an epoch elsewhere.

import type { Logs } from "./callback.js";

/** Where lines of progress go; `\r` at the beginning of a text means that it replaces the line. */
export interface ProgressWriter {
  write(text: string): unknown;
  /** True for a terminal. */
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** How far an epoch is. */
export interface EpochProgress {
  /** Counted from 0. */
  readonly epoch: number;
  /** Steps and rows that are done. */
  readonly done: number;
  readonly rows: number;
  /** Steps of the epoch; null when only the end of the data will tell. */
  readonly steps: number | null;
}

const barWidth = 20;
// A terminal needs no more than ten frames a second.
const frame = 100;

/** Shows nothing, a bar, or lines. */
export class Progress {
  readonly #writer: ProgressWriter | null;
  readonly #bar: boolean;
  /** In automatic mode epochs that end within one frame of the last line are not shown. */
  readonly #sparse: boolean;
  readonly #epochs: number;
  #began = 0;
  #shown = 0;
  #width = 0;

  constructor(verbose: "auto" | 0 | 1 | 2, writer: ProgressWriter | undefined, epochs: number) {
    const target = verbose === 0 ? null : (writer ?? defaultWriter(verbose));
    this.#writer = verbose === "auto" && target?.isTTY !== true ? null : target;
    this.#bar = verbose !== 2 && target?.isTTY === true;
    this.#sparse = verbose === "auto";
    this.#epochs = epochs;
  }

  get silent(): boolean {
    return this.#writer === null;
  }

  /** True when each epoch must be seen on its own. */
  get everyEpoch(): boolean {
    return this.#writer !== null && !this.#sparse;
  }

  beginEpoch(): void {
    this.#began = performance.now();
  }

  /** Within an epoch: redraws the bar from time to time. */
  step({ epoch, done, rows, steps }: EpochProgress, logs: () => Logs): void {
    const now = performance.now();
    if (!this.#bar || now - this.#shown < frame) return;
    this.#shown = now;
    const seconds = (now - this.#began) / 1000;
    const speed = `${formatSpeed(rows / seconds)}  ${formatLogs(logs())}`;
    if (steps === null) {
      this.#replace(`${this.#title(epoch)}  ${done}  ${speed}`);
      return;
    }
    const left = (seconds / Math.max(1, done)) * Math.max(0, steps - done);
    this.#replace(
      `${this.#title(epoch)}  ${done}/${steps} [${drawBar(done / steps)}] ${left.toFixed(0)} s left  ${speed}`,
    );
  }

  /** The end of an epoch with its results. */
  endEpoch({ epoch, done, rows }: Omit<EpochProgress, "steps">, logs: Logs): void {
    if (this.#writer === null) return;
    const now = performance.now();
    if (this.#sparse && now - this.#shown < frame && epoch + 1 < this.#epochs) return;
    this.#shown = now;
    const seconds = (now - this.#began) / 1000;
    const speed = formatSpeed(rows / seconds);
    const line = `${this.#title(epoch)}  ${done}/${done}  ${seconds.toFixed(1)} s  ${speed}  ${formatLogs(logs)}`;
    if (this.#bar) this.#replace(line);
    else this.#writer.write(line);
    this.#writer.write("\n");
    this.#width = 0;
  }

  /** After an error: what is written next must not stand in the bar's line. */
  close(): void {
    if (this.#width > 0) this.#writer?.write("\n");
    this.#width = 0;
  }

  #title(epoch: number): string {
    return `Epoch ${epoch + 1}/${this.#epochs}`;
  }

  #replace(text: string): void {
    const columns = this.#writer?.columns ?? 120;
    const line = text.length < columns ? text : text.slice(0, columns - 1);
    this.#writer?.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }
}

function drawBar(part: number): string {
  const filled = Math.floor(Math.min(1, part) * barWidth);
  return `${"=".repeat(filled)}${filled < barWidth ? ">" : ""}${".".repeat(Math.max(0, barWidth - filled - 1))}`;
}

/** `12,300 samples/s`: three digits are all that is steady. */
function formatSpeed(speed: number): string {
  const rounded = Number.isFinite(speed) ? Number(speed.toPrecision(3)) : 0;
  // toLocaleString does the same, but its first call takes 16 ms.
  const text = rounded < 1000 ? String(rounded) : String(rounded).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${text} samples/s`;
}

function formatLogs(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => `${name}: ${formatNumber(value)}`)
    .join("  ");
}

function formatNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(3) : value.toFixed(4);
}

/** The standard output of Node, Deno and Bun without importing it; in a browser the console, if progress was asked for. */
export function defaultWriter(verbose: "auto" | 0 | 1 | 2): ProgressWriter | null {
  const { process } = globalThis as { process?: { stdout?: ProgressWriter } };
  if (process?.stdout !== undefined && typeof process.stdout.write === "function") return process.stdout;
  return verbose === "auto" ? null : consoleWriter();
}

/** Collects text up to the end of a line. */
function consoleWriter(): ProgressWriter {
  let line = "";
  return {
    write(text: string) {
      line += text;
      if (!line.endsWith("\n")) return;
      console.log(line.slice(0, -1));
      line = "";
    },
  };
}
