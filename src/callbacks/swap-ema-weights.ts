// Validation and the best weights of a training with the averages of the weights.

import { checkBoolean, checkOptions, explain } from "../errors.js";
import type { Callback, CallbackModel } from "./callback.js";

export interface SwapEmaWeightsOptions {
  /** Also for the callbacks at the end of each epoch that stand behind this one; default false. */
  swapOnEpoch?: boolean;
}

/**
 * Evaluates with the averages that an optimizer with `useEma` keeps: they take the place of the weights during validations, and
 * with `swapOnEpoch` during the callbacks at the end of an epoch, too. Follows keras.callbacks.SwapEMAWeights. At its end `fit` puts
 * the averages in the place of the weights in any case.
 *
 * @throws TypeError for an optimizer without `useEma`.
 * @example
 * net.compile({ optimizer: optimizers.adam({ useEma: true }), loss: "meanSquaredError" });
 * const best = callbacks.earlyStopping({ restoreBestWeights: true });
 * const swap = callbacks.swapEmaWeights({ swapOnEpoch: true });
 * await net.fit(x, y, { epochs: 10, validationSplit: 0.1, callbacks: [swap, best] });
 */
export function swapEmaWeights(options: SwapEmaWeightsOptions = {}): Callback {
  const where = "callbacks.swapEmaWeights";
  checkOptions(where, options, ["swapOnEpoch"]);
  const swapOnEpoch = checkBoolean(where, "swapOnEpoch", options.swapOnEpoch ?? false);
  let model: CallbackModel | null = null;
  let swapped = false;
  const swap = (averages: boolean) => {
    if (averages !== swapped) model?.swapEmaWeights();
    swapped = averages;
  };
  return {
    setModel(target) {
      model = target;
    },
    onTrainBegin() {
      swapped = false;
      if (model?.optimizer?.common.average !== undefined) return;
      const remedy = "For example optimizers.adam({ useEma: true }).";
      throw new TypeError(
        explain(where, "expected an optimizer with useEma", model?.optimizer?.name ?? "none", remedy),
      );
    },
    onTestBegin: () => swap(true),
    onTestEnd: () => swap(false),
    onEpochBegin: () => swap(false),
    onEpochEnd: () => swap(swapOnEpoch),
  };
}
