// Models of the command line: safetensors files with the columns of the table in their metadata.

import { loadModel, type Model } from "../node.js";
import { checkPreprocessing, type Preprocessing } from "./preprocessing.js";

export async function saveModel(net: Model, file: string, preprocessing: Preprocessing): Promise<void> {
  net.metadata = { ...net.metadata, table: preprocessing };
  await net.save(file);
}

/** The model with what it knows about tables. */
export async function openModel(file: string): Promise<{ net: Model; preprocessing: Preprocessing }> {
  const net = await loadModel(file);
  return { net, preprocessing: checkPreprocessing(file, net.metadata.table) };
}
