// `feedforward convert`: a model in the format of another program.

import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { loadModel, type Model } from "../node.js";
import type { Console } from "./console.js";

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

/** The names of the files with the weights of a tfjs model; a name is no way to other folders. */
function weightPaths(modelJson: Readonly<Record<string, unknown>> | null): string[] {
  const manifest = modelJson?.weightsManifest;
  const groups: { paths?: unknown }[] = Array.isArray(manifest) ? manifest : [];
  const paths = groups.flatMap((group) => (Array.isArray(group?.paths) ? group.paths : []));
  return paths.filter((path) => typeof path === "string").map((path) => basename(path));
}

type Write = (net: Model, file: string, options: ConvertOptions) => Promise<void>;

const writers: Readonly<Record<string, Write>> = {
  ".safetensors": (net, file) => net.save(file),
  ".pt.safetensors": async (net, file) => await replace(file, await net.exportStateDict()),
  ".onnx": async (net, file, { opset }) =>
    await replace(file, await net.exportOnnx(opset === undefined ? {} : { opset })),
  ".json": async (net, file) => {
    const { modelJson, weights } = await net.exportTfjs();
    await replace(join(dirname(file), weightPaths(modelJson)[0] ?? "weights.bin"), weights);
    await replace(file, JSON.stringify(modelJson));
  },
};

function endOf(file: string): string {
  return file.endsWith(".pt.safetensors") ? ".pt.safetensors" : extname(file).toLowerCase();
}

/** The old file is whole until the new one is complete. */
async function replace(file: string, contents: string | Uint8Array): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, contents);
  await rename(part, file);
}
