// jax-js on its WebAssembly backend: a jitted step with Adam written out, as its users write it.

import { readFileSync } from "node:fs";
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { medianMicroseconds, rowsOf, targetsOf } from "../rival.ts";

const { version } = JSON.parse(readFileSync(new URL("node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"));

async function create(problem) {
  await init("wasm");
  defaultDevice("wasm");
  const { sizes, batch, rows, x } = problem;
  if (rows % batch !== 0) return null;
  const outputs = sizes.at(-1);
  const binary = outputs === 1;
  const weights = problem.weights.map(({ kernel, bias }, i) => ({
    w: np.array(kernel.slice()).reshape([sizes[i], sizes[i + 1]]),
    b: np.array(bias.slice()),
  }));
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
  let [parameters, m, v, t] = [weights, zeros(), zeros(), 0];
  const targets = targetsOf(problem);
  const batchAt = (r) => [
    np.array(x.slice(r * sizes[0], (r + batch) * sizes[0])).reshape([batch, sizes[0]]),
    np.array(targets.slice(r * outputs, (r + batch) * outputs)).reshape([batch, outputs]),
  ];
  const predict = jit(forward);
  const evaluate = jit(lossOf);
  return {
    train: async (passes) => {
      for (let pass = 0; pass < passes; pass++) {
        for (let r = 0; r < rows; r += batch) {
          t++;
          const rate = (1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
          const [next, nextM, nextV, loss] = step(parameters, m, v, np.array(rate), ...batchAt(r));
          [parameters, m, v] = [next, nextM, nextV];
          await loss.jsAsync();
        }
      }
    },
    loss: async () => {
      let sum = 0;
      for (let r = 0; r < rows; r += batch) sum += await evaluate(tree.ref(parameters), ...batchAt(r)).jsAsync();
      return (sum * batch) / rows;
    },
    latency: (count) => {
      const data = rowsOf(problem, count);
      // An array that it is given is its own.
      return medianMicroseconds(() =>
        predict(tree.ref(parameters), np.array(data.slice()).reshape([count, sizes[0]])).dataSync(),
      );
    },
  };
}

export function rivals() {
  return [{ label: `jax-js wasm ${version}`, threads: 1, gigaflops: 3, remark: "", agrees: true, create }];
}
