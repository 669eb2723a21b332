// The programs in a page of documentation. A block of code that begins with an import, or a comment `<!-- setup` with code that readers
// need not see, begins a program; the blocks of the same language behind it go on with it.

export interface DocumentProgram {
  readonly language: string;
  /** Where it begins in the page, from 1. */
  readonly line: number;
  code: string;
}

export function documentPrograms(markdown: string): DocumentProgram[] {
  const programs: DocumentProgram[] = [];
  const last = new Map<string, DocumentProgram>();
  for (const match of markdown.matchAll(/^(?:```(ts|js|python)\n([\s\S]*?)^```$|<!-- setup\n([\s\S]*?)^-->$)/gm)) {
    const language = match[1] ?? "ts";
    const code = match[2] ?? match[3] ?? "";
    const line = markdown.slice(0, match.index).split("\n").length;
    const current = last.get(language);
    if (current === undefined || match[3] !== undefined || /^(import|from) /.test(code)) {
      const program = { language, line, code };
      programs.push(program);
      last.set(language, program);
    } else current.code += code;
  }
  return programs;
}

/** What a program says that it prints: the comments behind or below `console.log(...)` or `print(...)`. */
export function promisedLines(code: string): string[] {
  return [...code.matchAll(/^[ \t]*(?:console\.log|print)\(.*\);?(?:[ \t]*|\n)(?:\/\/|#) (.+)$/gm)].map(
    (match) => match[1] ?? "",
  );
}
