// Long work on the JavaScript thread, cut into slices: timers, events and rendering get their turn between two slices.

/** After this time, in milliseconds, the event loop gets its turn: with a last piece of work, a slice stays under a frame of 60 Hz. */
const sliceMilliseconds = 8;

/** Work that stops at each place where it may be interrupted. */
export type Interruptible<T> = Generator<unknown, T>;

/** Does all of the work at once. */
export function runToEnd<T>(work: Interruptible<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** When the last turn of the event loop that we know of ended: slices go on from one piece of work to the next. */
let lastTurn = Number.NEGATIVE_INFINITY;

function sliceIsOver(): boolean {
  return now() - lastTurn >= sliceMilliseconds;
}

async function takeTurn(): Promise<void> {
  await nextTurn();
  lastTurn = now();
}

/** A place between two pieces of work: the event loop gets its turn when the slice is over. */
export async function turnIfDue(): Promise<void> {
  if (sliceIsOver()) await takeTurn();
}

/** Does the work in slices. Many short pieces of work in a row give the event loop its turn as one long piece does. */
export async function runSliced<T>(work: Interruptible<T>): Promise<T> {
  for (;;) {
    if (sliceIsOver()) await takeTurn();
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

export function now(): number {
  return performance.now();
}

/**
 * Resolves after the event loop has made a turn. A timer of 0 ms would do it as well, but browsers delay nested timers
 * to 4 ms and those of hidden pages to a second.
 */
export function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate !== undefined) {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
