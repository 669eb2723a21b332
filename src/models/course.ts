// Warnings of how a training goes: a loss that grows, a validation loss that rises while that of the training falls.

import type { History } from "./history.js";
import type { Warnings } from "./warnings.js";

// A loss above three times that of the first epoch is no noise.
const divergence = 3;
// Epochs without a better validation loss, and by how much it must be worse than the best then.
const patience = 10;
const rise = 1.05;

/** Looks at the results of each epoch. */
export class Course {
  readonly #where: string;
  readonly #warnings: Warnings;
  /** The epoch with the best validation loss. */
  #best: { readonly count: number; readonly valLoss: number; readonly loss: number } | null = null;

  constructor(where: string, warnings: Warnings) {
    this.#where = where;
    this.#warnings = warnings;
  }

  /** To be called with each epoch's results, or from time to time. */
  observe({ epoch, history }: History): void {
    const { loss, valLoss } = history;
    this.#observeLoss(loss);
    // With `validationFreq` there are fewer validations than epochs.
    if (valLoss !== undefined && valLoss.length > 0) this.#observeValidation(epoch, loss, valLoss);
  }

  #observeLoss(loss: readonly number[]): void {
    const [first = 0] = loss;
    const last = loss.at(-1) ?? 0;
    // A loss that is negative or zero has no size to compare with.
    if (first <= 0 || last <= divergence * first || last <= (loss.at(-2) ?? 0)) return;
    this.#warnings.add("divergence", () => {
      const remedy = "Choose a smaller learningRate, or clip the gradients, for example with globalClipNorm: 1.";
      return `${this.#where}: the loss grew from ${rounded(first)} to ${rounded(last)}: the training diverges. ${remedy}`;
    });
  }

  #observeValidation(epoch: readonly number[], losses: readonly number[], valLosses: readonly number[]): void {
    const [loss, valLoss, count] = [losses.at(-1) ?? 0, valLosses.at(-1) ?? 0, valLosses.length];
    if (this.#best === null || valLoss < this.#best.valLoss) {
      this.#best = { count, valLoss, loss };
      return;
    }
    const best = this.#best;
    const worse = valLoss - best.valLoss > (rise - 1) * Math.abs(best.valLoss);
    if (count - best.count < patience || !worse || loss >= best.loss) return;
    this.#warnings.add("overfitting", () => {
      const remedy =
        "Add callbacks.earlyStopping({ patience: 5, restoreBestWeights: true }), more data, layers.dropout or a kernelRegularizer.";
      const now = (epoch.at(-1) ?? 0) + 1;
      return `${this.#where}: the validation loss rose from ${rounded(best.valLoss)} to ${rounded(valLoss)} in epoch ${now} while the loss fell: the model overfits. ${remedy}`;
    });
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
