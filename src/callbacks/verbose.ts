// What callbacks say on the console when they are asked to.

import { describeValue, explain } from "../errors.js";

/** 0 is silent, 1 writes lines to the console. */
export type Verbose = 0 | 1;

/** Checks the option; the function that it gives writes a line, or nothing. */
export function checkVerbose(where: string, verbose: Verbose = 0): (text: () => string) => void {
  if (verbose !== 0 && verbose !== 1) {
    throw new RangeError(explain(where, "verbose must be 0 or 1", describeValue(verbose)));
  }
  return (text) => {
    if (verbose === 1) console.log(text());
  };
}
