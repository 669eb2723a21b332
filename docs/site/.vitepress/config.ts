// The documentation as a site: the pages of docs/ as they are, and the reference that typedoc draws from the docstrings.

import { readdirSync } from "node:fs";
import { defineConfig } from "vitepress";

const page = (text: string, link: string) => ({ text, link });
const namespaces = readdirSync(new URL("../../reference/feedforward/namespaces", import.meta.url)).sort();

export default defineConfig({
  title: "feedforward",
  description: "Train multilayer perceptrons at full machine speed in Node, and with the same code in the browser.",
  srcDir: "..",
  srcExclude: ["site/**"],
  outDir: "../../build/site",
  cacheDir: "../../build/site-cache",
  rewrites: { "site-index.md": "index.md" },
  // Pages that the repository has and the site has not.
  ignoreDeadLinks: [/^\.\.?\/.*(README|CHANGELOG|examples|src|native)/],
  themeConfig: {
    search: { provider: "local" },
    sidebar: [
      {
        text: "Tasks",
        items: [
          page("Classify a table", "/how-to/tabular-classification"),
          page("Predict a number", "/how-to/regression"),
          page("Rare classes", "/how-to/imbalanced-data"),
          page("Classify embeddings", "/how-to/embeddings-and-a-head"),
          page("Autoencoder", "/how-to/autoencoder"),
          page("Policy network", "/how-to/policy-network"),
          page("Personalization in the browser", "/how-to/personalization-in-the-browser"),
          page("Troubleshooting", "/troubleshooting"),
        ],
      },
      {
        text: "Coming from",
        items: [
          page("Keras", "/guides/from-keras"),
          page("PyTorch", "/guides/from-pytorch"),
          page("TensorFlow.js", "/guides/from-tfjs"),
          page("brain.js", "/guides/from-brain-js"),
        ],
      },
      {
        text: "In depth",
        items: [
          page("Data", "/data"),
          page("Search for hyper-parameters", "/tune"),
          page("Playground", "/playground"),
          page("Platforms", "/platforms"),
          page("Releasing", "/releasing"),
          page("Formats", "/formats"),
          page("File format", "/file-format"),
          page("Numbers", "/numbers"),
          page("Performance", "/performance"),
          page("Layers", "/layers"),
          page("Operations", "/operations"),
          page("Differences from Keras", "/keras"),
          page("Architecture", "/architecture"),
          page("Adding an operation", "/adding-an-op"),
        ],
      },
      {
        text: "Reference",
        collapsed: true,
        items: [
          page("All", "/reference/"),
          ...namespaces.map((name) => page(name, `/reference/feedforward/namespaces/${name}/`)),
        ],
      },
    ],
  },
});
