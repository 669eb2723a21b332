import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as callbacks from "../../src/callbacks/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { allWeights, classification, classifier } from "../models/networks.js";

beforeAll(() => setBackend("reference"));

const { x, y } = classification(60);
const optimizer = () => optimizers.adam({ useEma: true, emaMomentum: 0.9 });

describe("swapEmaWeights", () => {
  it.each([false, true])(
    "evaluates with the averages, and trains as without it (swapOnEpoch: %s)",
    async (swapOnEpoch) => {
      const [plain, swapped] = [classifier(3, { optimizer: optimizer() }), classifier(3, { optimizer: optimizer() })];
      const options = { epochs: 3, verbose: 0, validationData: [x, y] } as const;
      const seen: number[][] = [];
      const averages: number[][] = [];
      const without = await plain.fit(x, y, {
        ...options,
        onEpochEnd: () => {
          plain.swapEmaWeights();
          averages.push(allWeights(plain));
          plain.swapEmaWeights();
        },
      });
      const { history } = await swapped.fit(x, y, {
        ...options,
        callbacks: [callbacks.swapEmaWeights({ swapOnEpoch }), () => void seen.push(allWeights(swapped))],
      });
      expect(history.loss).toEqual(without.history.loss);
      expect(history.valLoss).not.toEqual(without.history.valLoss);
      expect(allWeights(swapped)).toEqual(allWeights(plain));
      if (swapOnEpoch) expect(seen).toEqual(averages);
      else expect(seen).not.toEqual(averages);
      // The averages of the end are what the last validation has seen.
      expect((await plain.evaluate(x, y)).loss).toBe(history.valLoss?.at(-1));
    },
  );

  it.each(["onEpochEnd", "onTestEnd"])("leaves the weights when a callback fails in %s", async (hook) => {
    const [plain, swapped] = [classifier(3, { optimizer: optimizer() }), classifier(3, { optimizer: optimizer() })];
    const fail = {
      [hook]: () => {
        throw new Error("failed");
      },
    };
    const options = { epochs: 2, verbose: 0, validationData: [x, y] } as const;
    await expect(plain.fit(x, y, { ...options, callbacks: [fail] })).rejects.toThrow("failed");
    // The callback that fails stands before, so that nobody changes back.
    const swap = callbacks.swapEmaWeights({ swapOnEpoch: true });
    const list = hook === "onEpochEnd" ? [swap, fail] : [fail, swap];
    await expect(swapped.fit(x, y, { ...options, callbacks: list })).rejects.toThrow("failed");
    expect(allWeights(swapped)).toEqual(allWeights(plain));
    for (const net of [plain, swapped]) await net.fit(x, y, { epochs: 3, initialEpoch: 1, verbose: 0 });
    expect(allWeights(swapped)).toEqual(allWeights(plain));
  });

  it("needs averages", async () => {
    const options = { verbose: 0, callbacks: [callbacks.swapEmaWeights()] } as const;
    await expect(classifier(3).fit(x, y, options)).rejects.toThrow(
      "callbacks.swapEmaWeights: expected an optimizer with useEma, received adam. For example optimizers.adam({ useEma: true }).",
    );
    expect(() => callbacks.swapEmaWeights({ swapOnEpoch: 1 as never })).toThrow(
      "callbacks.swapEmaWeights: swapOnEpoch must be true or false, received 1.",
    );
  });
});
