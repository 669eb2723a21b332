// XOR and the network that learns it, made of the package as whoever calls it has imported it: pages with and without a bundler name it
// differently.

export const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const targets = [[0], [1], [1], [0]];

export function xorNetwork({ layers, optimizers, sequential }) {
  const net = sequential(
    [
      layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return net;
}
