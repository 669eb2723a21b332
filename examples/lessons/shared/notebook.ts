// What a lesson writes into: lines, named numbers, pictures. In Node they are printed and pictures become files;
// a page shows them (page.ts), and tests read them.

export type Entry =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "value"; readonly name: string; readonly values: readonly number[]; readonly text: string }
  | { readonly kind: "picture"; readonly name: string; readonly svg: string };

/** Numbers of any form: one, a list, a list of lists. */
export type Numbers = number | ArrayLike<number> | readonly Numbers[];

/** Where the entries of a lesson go while it runs. */
export type Output = (lesson: string, entry: Entry) => void;

export interface Notebook {
  readonly entries: readonly Entry[];
  /** Writes a line. */
  say(text?: string): void;
  /** Writes a named result, which the text of the lesson refers to by its name. Gives it back. */
  show<T extends Numbers>(name: string, value: T): T;
  picture(name: string, svg: string): void;
}

const notebooks = new Map<string, Notebook>();

/** Begins a lesson: the first line of each. */
export function openNotebook(lesson: string): Notebook {
  const entries: Entry[] = [];
  const add = (entry: Entry) => {
    entries.push(entry);
    output(lesson, entry);
  };
  const notebook: Notebook = {
    entries,
    say: (text = "") => add({ kind: "line", text }),
    show: (name, value) => {
      add({ kind: "value", name, values: flatten(value), text: `${name} = ${written(value)}` });
      return value;
    },
    picture: (name, svg) => add({ kind: "picture", name, svg }),
  };
  notebooks.set(lesson, notebook);
  return notebook;
}

/** The notebook of a lesson that has run, or undefined. */
export function notebookOf(lesson: string): Notebook | undefined {
  return notebooks.get(lesson);
}

let output: Output = outputOfNode;

export function setOutput(to: Output): void {
  output = to;
}

/** Prints, and writes pictures to build/lessons. A browser, which has no files, sets its own output before the lesson begins. */
export function outputOfNode(lesson: string, entry: Entry): void {
  if (entry.kind !== "picture") {
    console.log(entry.text);
    return;
  }
  const { mkdirSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const folder = new URL(`../../../build/lessons/${lesson}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${entry.name}.svg`, folder), entry.svg);
  console.log(`picture: build/lessons/${lesson}/${entry.name}.svg`);
}

function flatten(value: Numbers): number[] {
  return typeof value === "number" ? [value] : Array.from(value as ArrayLike<Numbers>).flatMap(flatten);
}

/** Six digits of each number; a list of lists as rows. */
function written(value: Numbers): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  const parts = Array.from(value as ArrayLike<Numbers>, written);
  const rows = typeof value[0] === "object";
  return rows ? `\n${parts.map((row) => `  ${row}`).join("\n")}` : parts.join("  ");
}
