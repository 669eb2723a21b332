// The TypeScript that does what the page does, as one file: the same data, the same network, the same seed, the same numbers.

import digitsSource from "../data/digits.ts?raw";
import randomSource from "../data/random.ts?raw";
import shapesSource from "../data/shapes.ts?raw";
import type { Config } from "./config.js";

/** What the code needs to know of the user's file. */
export interface CsvFacts {
  readonly name: string;
  readonly target: string;
  readonly classes: readonly string[];
}

export function generateCode(config: Config, epochs: number, csv: CsvFacts | null): string {
  const lines = [
    "// Made by the playground of feedforward. Run it: npm install feedforward tsx && npx tsx network.mts",
    'import { data, layers, optimizers, regularizers, sequential } from "feedforward";',
    "",
    ...generators(config),
    ...dataLines(config, csv),
    "",
    ...networkLines(config, csv),
    "",
    `await net.fit(${config.data === "csv" ? "train" : "xTrain, yTrain"}, { epochs: ${Math.max(1, epochs)}, batchSize: ${config.batchSize} });`,
    `const { loss, accuracy } = await net.evaluate(${config.data === "csv" ? "test" : "xTest, yTest"});`,
    `console.log(\`test loss \${loss?.toFixed(4)}, test accuracy \${accuracy?.toFixed(4)}\`);`,
    'await net.save("network.safetensors");',
  ];
  const text = lines.join("\n");
  // Only what is used is imported.
  const used = ["data", "layers", "optimizers", "regularizers", "sequential"].filter((name) =>
    new RegExp(`\\b${name}[.(]`).test(text.replace(/import .*/, "")),
  );
  return `${text.replace(/import \{.*\}/, `import { ${used.join(", ")} }`)}\n`;
}

function dataLines({ data, points, noise, trainShare, seed }: Config, csv: CsvFacts | null): string[] {
  if (data === "csv") {
    const { name, target } = csv ?? { name: "data.csv", target: "target" };
    return [
      `const set = await data.csv(${JSON.stringify(name)}, { target: ${JSON.stringify(target)} });`,
      `const { train, test } = set.split(${trainShare}, { seed: ${seed}, stratify: true });`,
    ];
  }
  const rows =
    data === "digits"
      ? [`const rows = Array.from({ length: ${points} }, (_, i) => [...drawDigit(i % 10, ${noise}, random), i % 10]);`]
      : [`const rows = ${data}(${points}, ${noise}, random);`];
  return [
    `const random = randomNumbers(${seed});`,
    ...rows,
    "const x = rows.map((row) => row.slice(0, -1));",
    "const y = rows.map((row) => row.at(-1) ?? 0);",
    `const count = Math.round(${trainShare} * rows.length);`,
    "const [xTrain, yTrain] = [x.slice(0, count), y.slice(0, count)];",
    "const [xTest, yTest] = [x.slice(count), y.slice(count)];",
  ];
}

function networkLines(config: Config, csv: CsvFacts | null): string[] {
  const { data, hidden, activation, initializer, optimizer, learningRate, penalty, penaltyFactor, dropout } = config;
  const classes = data === "digits" ? 10 : (csv?.classes.length ?? 2);
  const width = data === "digits" ? 784 : 2;
  const penalized =
    penalty === "none" ? "" : `, kernelRegularizer: regularizers.${penalty}({ ${penalty}: ${penaltyFactor} })`;
  const common = `, kernelInitializer: ${JSON.stringify(initializer)}${penalized}`;
  const shape = (first: boolean) => (first && data !== "csv" ? `, inputShape: [${width}]` : "");
  const stack = hidden.flatMap((units, i) => [
    `layers.dense({ name: "hidden${i + 1}", units: ${units}, activation: "${activation}"${common}${shape(i === 0)} })`,
    ...(dropout > 0 ? [`layers.dropout({ name: "dropout${i + 1}", rate: ${dropout} })`] : []),
  ]);
  const [units, last] = classes === 2 ? [1, "sigmoid"] : [classes, "softmax"];
  stack.push(
    `layers.dense({ name: "output", units: ${units}, activation: "${last}"${common}${shape(hidden.length === 0)} })`,
  );
  const loss = classes === 2 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy";
  return [
    ...(data === "csv"
      ? [
          'const scale = layers.normalization({ name: "scale", inputShape: set.x.shape.slice(1) });',
          "await scale.adapt(train.x);",
        ]
      : []),
    "const net = sequential(",
    "  [",
    ...[...(data === "csv" ? ["scale"] : []), ...stack].map((layer) => `    ${layer},`),
    "  ],",
    `  { seed: ${config.seed} },`,
    ");",
    "net.compile({",
    `  optimizer: optimizers.${optimizer}({ learningRate: ${learningRate} }),`,
    `  loss: "${loss}",`,
    '  metrics: ["accuracy"],',
    "});",
  ];
}

/** The sources that make the data, as parts of one file. */
function generators({ data }: Config): string[] {
  if (data === "csv") return [];
  const sources = [randomSource, data === "digits" ? digitsSource : shapesSource];
  return sources.map((source) => {
    const text = source.replace(/^import .*\n+/gm, "").replace(/^export /gm, "");
    return `${text.trim()}\n`;
  });
}
