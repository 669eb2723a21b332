// Ends a training whose loss is no number any more, without an error.

import type { Callback } from "./callback.js";

/**
 * Ends the training when the loss becomes NaN or infinite, with the weights as they were before that step; `fit` throws
 * without it. What `fit` would have said (the step, the layer, likely causes) is among `history.warnings`. Follows
 * keras.callbacks.TerminateOnNaN, which keeps the weights after the step.
 *
 * @example
 * const history = await net.fit(x, y, { epochs: 10, callbacks: [callbacks.terminateOnNaN()] });
 * history.warnings;
 */
export function terminateOnNaN(): Callback {
  return { onNotFinite() {} };
}
