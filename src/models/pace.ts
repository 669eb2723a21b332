// How many steps to ask for in one call: by time, so that progress, callbacks and AbortSignal get their turn without any cost
// per step. Results do not depend on it.

// Long enough that the call costs nothing, short enough for a progress bar. A backend without a thread of its own blocks
// the page meanwhile, so it gets half a frame.
const offThreadMilliseconds = 60;
const onThreadMilliseconds = 8;
// The first guess is one step; small networks reach full speed after a few calls.
const growth = 16;
const mostSteps = 1 << 16;

export class Pace {
  readonly #target: number;
  #steps: number;
  #perStep: number;

  /** `perStep`: milliseconds of a step as far as an earlier training knows, else infinite. */
  constructor(offThread: boolean, perStep = Number.POSITIVE_INFINITY) {
    this.#target = offThread ? offThreadMilliseconds : onThreadMilliseconds;
    this.#perStep = perStep;
    this.#steps = Math.max(1, Math.min(Math.floor(this.#target / perStep), mostSteps));
  }

  /** The number of steps of the next call. */
  get steps(): number {
    return this.#steps;
  }

  /** Milliseconds that this number of steps will take; infinite before the first measurement. */
  estimate(steps: number): number {
    return this.#perStep * steps;
  }

  /** Milliseconds of a step; infinite before the first measurement. */
  get perStep(): number {
    return this.#perStep;
  }

  /** Learns from a call that took `milliseconds` for `steps`. */
  observe(steps: number, milliseconds: number): void {
    if (steps === 0) return;
    // Faster than thought counts at once (the first call compiles the program); slower only by half, since one slow call (a
    // garbage collection, another process) should not halve the pace.
    const measured = Math.max(milliseconds, 1e-3) / steps;
    this.#perStep = Math.min(measured, (this.#perStep + measured) / 2);
    const wanted = Math.floor(this.#target / this.#perStep);
    this.#steps = Math.max(1, Math.min(wanted, this.#steps * growth, mostSteps));
  }
}
