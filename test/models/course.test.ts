import { describe, expect, it } from "vitest";
import { Course } from "../../src/models/course.js";
import { History } from "../../src/models/history.js";
import { Warnings } from "../../src/models/warnings.js";

function told(epochs: readonly { loss: number; valLoss?: number }[]): string[] {
  const warnings = new Warnings(true);
  const course = new Course("fit", warnings);
  const history = new History();
  epochs.forEach((logs, epoch) => {
    history.add(epoch, { ...logs });
    course.observe(history);
  });
  return warnings.texts;
}

describe("the course of a training", () => {
  it("warns of a loss that grows, once", () => {
    expect(told([1, 0.8, 2.9, 3.1, 100].map((loss) => ({ loss })))).toEqual([
      "fit: the loss grew from 1 to 3.1: the training diverges. Choose a smaller learningRate, or clip the gradients, for " +
        "example with globalClipNorm: 1.",
    ]);
  });

  it("warns of a validation loss that rises while the loss falls", () => {
    const epochs = Array.from({ length: 14 }, (_, i) => ({ loss: 1 / (i + 1), valLoss: 1 + 0.01 * (i - 2) ** 2 }));
    expect(told(epochs)).toEqual([
      "fit: the validation loss rose from 1 to 2 in epoch 13 while the loss fell: the model overfits. Add " +
        "callbacks.earlyStopping({ patience: 5, restoreBestWeights: true }), more data, layers.dropout or a kernelRegularizer.",
    ]);
  });

  it.each([
    ["a loss that falls", [3, 2, 1].map((loss) => ({ loss }))],
    ["a loss that comes back", [1, 2.9, 2, 1].map((loss) => ({ loss }))],
    ["a negative loss", [-2, -1, 5].map((loss) => ({ loss }))],
    ["both losses falling", Array.from({ length: 30 }, (_, i) => ({ loss: 1 / (i + 1), valLoss: 2 / (i + 1) }))],
    ["both losses rising", Array.from({ length: 30 }, (_, i) => ({ loss: 1 + i / 30, valLoss: 1 + i }))],
    ["noise", Array.from({ length: 30 }, (_, i) => ({ loss: 1 / (i + 1), valLoss: 1 + 0.02 * (i % 2) }))],
  ])("says nothing of %s", (_, epochs) => {
    expect(told(epochs)).toEqual([]);
  });
});
