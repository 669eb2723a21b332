// Warnings of a training: told on the console, once for each cause, and kept in the history.

export class Warnings {
  /** What was told, in order. */
  readonly texts: string[] = [];
  readonly #silent: boolean;
  readonly #causes = new Set<string>();

  /** With `silent` they are kept, but not told. */
  constructor(silent: boolean) {
    this.#silent = silent;
  }

  /** `text` is made when this cause is new. */
  add(cause: string, text: () => string): void {
    if (this.#causes.has(cause)) return;
    this.#causes.add(cause);
    const warning = text();
    this.texts.push(warning);
    if (!this.#silent) console.warn(warning);
  }
}
