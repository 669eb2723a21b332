// jax-js on its WebAssembly backend: a jitted step with Adam written out, as its users write it.

import { readFileSync } from "node:fs";
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { medianMicroseconds, targetsOf } from "../rival.ts";

const { version } = JSON.parse(readFileSync(new URL("node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"));

async function create(problem) {
  await init("wasm");
  defaultDevice("wasm");
  const { sizes, batch, rows, x } = problem;
  if (rows % batch !== 0) return null;
  const outputs = sizes.at(-1);
  const binary = outputs === 1;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const weights = sizes.slice(1).map((units, i) => {
    const limit = Math.sqrt(6 / (sizes[i] + units));
    const w = Float32Array.from({ length: sizes[i] * units }, () => random() * limit);
    return { w: np.array(w).reshape([sizes[i], units]), b: np.zeros([units]) };
  });
  const forward = (parameters, input) => {
    let h = input;
    for (const [i, { w, b }] of parameters.entries()) {
      h = np.dot(h, w).add(b);
      if (i < parameters.length - 1) h = binary ? np.tanh(h) : nn.relu(h);
    }
    return h;
  };
  const lossOf = (parameters, input, target) => {
    const z = forward(parameters, input);
    if (!binary)
      return nn
        .logSoftmax(z)
        .mul(target)
        .sum()
        .mul(-1 / batch);
    return nn.softplus(z.ref).sub(z.mul(target)).mean();
  };
  const step = jit((parameters, m, v, rate, input, target) => {
    const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(parameters), input, target);
    const nextM = tree.map((a, g) => a.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient));
    const nextV = tree.map((a, g) => a.mul(0.999).add(np.square(g).mul(0.001)), v, gradient);
    const next = tree.map(
      (p, a, b) => p.sub(a.mul(rate.ref).div(np.sqrt(b).add(1e-7))),
      parameters,
      tree.ref(nextM),
      tree.ref(nextV),
    );
    return [next, nextM, nextV, loss];
  });
  const zeros = () => weights.map(({ w, b }) => ({ w: np.zeros(w.shape), b: np.zeros(b.shape) }));
  let [parameters, m, v, last, t] = [weights, zeros(), zeros(), Number.NaN, 0];
  const targets = targetsOf(problem);
  const predict = jit(forward);
  const row = x.slice(0, sizes[0]);
  return {
    train: async (passes) => {
      for (let pass = 0; pass < passes; pass++) {
        for (let r = 0; r < rows; r += batch) {
          t++;
          const rate = (1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
          const input = np.array(x.slice(r * sizes[0], (r + batch) * sizes[0])).reshape([batch, sizes[0]]);
          const target = np.array(targets.slice(r * outputs, (r + batch) * outputs)).reshape([batch, outputs]);
          const [next, nextM, nextV, loss] = step(parameters, m, v, np.array(rate), input, target);
          [parameters, m, v] = [next, nextM, nextV];
          last = await loss.jsAsync();
        }
      }
    },
    loss: () => last,
    latency: () =>
      medianMicroseconds(() => predict(tree.ref(parameters), np.array(row).reshape([1, sizes[0]])).dataSync()),
  };
}

export function rivals() {
  return [{ label: `jax-js wasm ${version}`, gigaflops: 3, remark: "", create }];
}
