// One after the other: a connection that several parts of a program share.

/** Runs works in their order, each after the one before has ended, well or badly. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
