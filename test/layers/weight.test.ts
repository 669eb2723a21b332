// Where the values of a weight are: held by the weight, or in a program that it was moved to.

import { describe, expect, it } from "vitest";
import { initializers, layers, ready, sequential } from "../../src/index.js";
import { Weight } from "../../src/layers/weight.js";
import "../backends.js";

function weight(): Weight {
  const variable = { name: "kernel", shape: [2, 2], trainable: true, learningRateScale: 1 };
  const made = new Weight(variable, initializers.ones(), { trainable: true, regularizer: null, constraint: null });
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
    expect(() => kept.moveTo(home, failing)).toThrow("no room");
    expect(kept.home).toBeNull();
    expect(kept.read()).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  it("reads from where it was moved to", () => {
    const moved = weight();
    const place = new Float32Array(4);
    const home = { read: () => place.slice() };
    moved.moveTo(home, (values) => place.set(values));
    expect(moved.home).toBe(home);
    expect(moved.read()).toEqual(Float32Array.of(1, 1, 1, 1));
    const other = new Float32Array(4);
    moved.moveTo({ read: () => other.slice() }, (values) => other.set(values));
    expect(other).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(place).toEqual(Float32Array.of(1, 1, 1, 1));
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
