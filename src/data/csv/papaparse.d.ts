// The part of papaparse that is used. Its published types refer to those of Node.

declare module "papaparse" {
  interface Parsed {
    readonly data: string[][];
    readonly errors: readonly { readonly code: string; readonly row: number }[];
    readonly meta: { readonly cursor: number; readonly delimiter: string };
  }
  interface Papa {
    parse(
      input: string,
      config: { preview: number; skipEmptyLines: boolean; delimitersToGuess: readonly string[] },
    ): Parsed;
    unparse(
      table: { fields: readonly string[]; data: readonly (readonly (string | number)[])[] },
      config: { delimiter: string; newline: string },
    ): string;
    /** Parses a part of a text. `meta.cursor` is where the last complete record ends. */
    readonly Parser: new (config: {
      delimiter: string;
      newline: string;
    }) => { parse(input: string, baseIndex: number, ignoreLastRow: boolean): Parsed };
  }
  const papa: Papa;
  export { papa as default };
}
