// `feedforward convert`: a model in the format of another program.

import { basename, dirname, extname, join } from "node:path";
import { loadModel, type Model } from "../node.js";
import type { Console } from "./console.js";
import { writeOutput } from "./output.js";

export interface ConvertOptions {
  readonly opset?: number;
}

/** Formats are told by the ends of the files' names. */
export async function convert(from: string, to: string, options: ConvertOptions, console: Console): Promise<void> {
  const write = writers[endOf(to)];
  if (write === undefined) {
    throw new RangeError(
      `${to}: expected a name with one of ${Object.keys(writers).join(", ")}, received "${extname(to)}".`,
    );
  }
  const net = await loadModel(from);
  await write(net, to, options);
  console.note(`${to}: ${net.countParams().toLocaleString("en-US")} parameters`);
}

/** The weights beside a model.json have its name, so that several models may be in one folder. */
function withWeightsAt(modelJson: Readonly<Record<string, unknown>>, path: string): Record<string, unknown> {
  const groups = modelJson.weightsManifest as readonly object[];
  return { ...modelJson, weightsManifest: groups.map((group) => ({ ...group, paths: [path] })) };
}

const where = "convert";

type Write = (net: Model, file: string, options: ConvertOptions) => Promise<void>;

const writers: Readonly<Record<string, Write>> = {
  ".safetensors": (net, file) => net.save(file),
  ".pt.safetensors": async (net, file) => await writeOutput(where, file, await net.exportStateDict()),
  ".onnx": async (net, file, { opset }) =>
    await writeOutput(where, file, await net.exportOnnx(opset === undefined ? {} : { opset })),
  ".npz": async (net, file) => await writeOutput(where, file, await net.exportNpz()),
  ".json": async (net, file) => {
    const { modelJson, weights } = await net.exportTfjs();
    const path = `${basename(file, extname(file))}.weights.bin`;
    await writeOutput(where, join(dirname(file), path), weights);
    await writeOutput(where, file, JSON.stringify(withWeightsAt(modelJson, path)));
  },
};

function endOf(file: string): string {
  return file.endsWith(".pt.safetensors") ? ".pt.safetensors" : extname(file).toLowerCase();
}
