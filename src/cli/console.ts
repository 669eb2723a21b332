// Where a command writes: results to one stream, everything that only people read to another one.

/** The streams of a process, or those of a test. */
export interface Console {
  /** Results: text, or JSON with `--json`. */
  out(line: string): void;
  /** Progress and notes; not part of the results. */
  note(line: string): void;
  /** Text without an end of line: a progress bar that is redrawn. */
  progress(text: string): void;
  /** True when notes and progress go to a terminal. */
  readonly interactive: boolean;
  /** The width of that terminal. */
  readonly columns: number | undefined;
}

/** Columns of texts; the first one is aligned to the left, the others to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, j) => Math.max(...texts.map((row) => (row[j] ?? "").length)));
  return texts
    .map((row) =>
      row.map((cell, j) => (j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Four significant digits, no exponent for everyday sizes. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return size !== 0 && size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}
