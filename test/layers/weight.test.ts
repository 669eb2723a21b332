// Where the values of a weight are: held by the weight, or in a program that it was moved to.

import { describe, expect, it } from "vitest";
import { initializers, layers, ready, sequential } from "../../src/index.js";
import { runToEnd } from "../../src/backends/time-slice.js";
import { Weight } from "../../src/layers/weight.js";
import "../backends.js";

function weight(initializer = initializers.ones(), shape = [2, 2]): Weight {
  const variable = { name: "kernel", shape, trainable: true, learningRateScale: 1 };
  const made = new Weight(variable, initializer, { trainable: true, regularizer: null, constraint: null });
  made.initialize({ seed: [1, 2], stream: 0 });
  return made;
}

describe("a weight", () => {
  it("keeps its values when they cannot be moved", () => {
    const kept = weight();
    const home = { read: () => new Float32Array(4) };
    const failing = () => {
      throw new Error("no room");
    };
    expect(() => runToEnd(kept.moveTo(home, failing))).toThrow("no room");
    expect(kept.home).toBeNull();
    expect(kept.read()).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  it("reads from where it was moved to", () => {
    const moved = weight();
    const place = new Float32Array(4);
    const home = { read: () => place.slice() };
    runToEnd(moved.moveTo(home, (values) => place.set(values)));
    expect(moved.home).toBe(home);
    expect(moved.read()).toEqual(Float32Array.of(1, 1, 1, 1));
    const other = new Float32Array(4);
    runToEnd(moved.moveTo({ read: () => other.slice() }, (values) => other.set(values)));
    expect(other).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(place).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  it.each([
    initializers.glorotUniform(),
    initializers.heNormal({ seed: 3 }),
    initializers.varianceScaling({ distribution: "untruncatedNormal" }),
    initializers.randomNormal(),
    initializers.randomUniform(),
    initializers.truncatedNormal(),
    initializers.torchLinear(),
  ])("draws the values of $name in parts as at once", (initializer) => {
    const shape = [401, 331];
    const { data } = initializer(shape, { seed: [1, 2], stream: 0 });
    const drawn = weight(initializer, shape);
    expect(drawn.read()).toEqual(data);
    const place = new Float32Array(drawn.size);
    const parts = [...drawn.moveTo({ read: () => place }, (values, at) => place.set(values, at))];
    expect(parts.length).toBeGreaterThan(1);
    expect(place).toEqual(data);
    expect(drawn.read()).toBe(place);
  });

  it("stays where it was put while its first values were drawn", () => {
    const initializer = initializers.glorotUniform();
    const drawn = weight(initializer, [401, 331]);
    const home = { read: () => new Float32Array(0) };
    const slow = drawn.moveTo(home, () => {});
    slow.next();
    const values = initializers.ones()([401, 331]).data;
    drawn.hold(values);
    expect(slow.next().done).toBe(true);
    expect(drawn.home).toBeNull();
    expect(drawn.read()).toEqual(values);
  });

  it("may be read, and the model used, while fit draws it", async () => {
    await ready();
    const make = () => {
      const net = sequential([layers.dense({ units: 1500, inputShape: [1000] }), layers.dense({ units: 1 })], {
        seed: 5,
      });
      net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      return net;
    };
    const x = { data: new Float32Array(2000).fill(0.01), shape: [2, 1000] };
    const y = [1, 2];
    const one = make();
    one.fitSync(x, y, { verbose: 0 });
    const first = make().getWeights();
    const other = make();
    const fitting = other.fit(x, y, { verbose: 0 });
    const turns: (Float32Array | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(other.getWeights()[0]?.data);
    }
    const early = other.predictSync(x).data;
    await fitting;
    // Number by number: a million and a half of them take vitest ten seconds.
    const drawn = first[0]?.data;
    for (const turn of turns) expect(turn?.every((value, i) => value === drawn?.[i])).toBe(true);
    expect(early).toEqual(make().predictSync(x).data);
    const trained = one.getWeights();
    for (const [k, { name, data }] of other.getWeights().entries()) {
      expect(name).toBe(trained[k]?.name);
      expect(data.every((value, i) => value === trained[k]?.data[i])).toBe(true);
    }
  });

  it("leaves the arrays of users alone", async () => {
    await ready();
    const mine = Float32Array.of(1, 2);
    const dense = layers.dense({ units: 1, inputShape: [2], kernelInitializer: () => ({ data: mine, shape: [2, 1] }) });
    const net = sequential([dense]);
    expect(net.predictSync([[1, 1]]).toArray()).toEqual([[3]]);
    const given = [Float32Array.of(3, 4), Float32Array.of(5)];
    net.setWeights(given);
    const read = net.getWeights();
    expect(net.predictSync([[1, 1]]).toArray()).toEqual([[12]]);
    expect([[...mine], ...given.map((x) => [...x]), ...read.map(({ data }) => [...data])]).toEqual([
      [1, 2],
      [3, 4],
      [5],
      [3, 4],
      [5],
    ]);
  });
});
