// Runs a command line in this process and keeps what it writes.

import { main } from "../../src/cli/main.js";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

export async function run(...args: string[]): Promise<Run> {
  const [out, notes]: [string[], string[]] = [[], []];
  const code = await main(args, {
    out: (line) => out.push(line),
    note: (line) => notes.push(line),
    progress: (text) => notes.push(text.trimEnd()),
    interactive: false,
    columns: undefined,
  });
  return { code, out: out.join("\n"), notes: notes.join("\n") };
}
