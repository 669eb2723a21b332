// A fitted estimator as a file: that of its model, with what the estimator is in the metadata. load.ts reads it.

import { bytesOf, type NamedTensor, readSafetensors, safetensorsParts } from "../files/safetensors.js";
import { toJson } from "../saving/json.js";
import type { FittedState } from "./multilayer-perceptron.js";
import type { MlpParams } from "./options.js";

/** What stands before the names of the weights of the best epoch. */
export const bestPrefix = "__best__/";

/** The file in parts. */
export async function estimatorParts(
  where: string,
  kind: string,
  params: MlpParams,
  { trained, iterations, loss, converged }: FittedState,
): Promise<Uint8Array[]> {
  const { network, record, classes } = trained;
  const { bestWeights, ...books } = record;
  const { sizes, activation, outActivation, compiled } = network;
  const file = readSafetensors(await network.model.save(), where);
  const estimator = toJson({
    kind,
    params,
    classes: classes === null ? null : { kind: classes.kind, labels: classes.labels },
    network: { sizes, activation, outActivation, compiled },
    iterations,
    loss,
    converged,
    record: { ...books, best: bestWeights !== null },
  });
  const best = (bestWeights ?? []).map(({ name, shape, data }): NamedTensor => {
    return { name: `${bestPrefix}${name}`, dtype: "F32", shape, bytes: bytesOf(data) };
  });
  const tensors = [...file.tensors].map(([name, stored]) => ({ name, ...stored }));
  return safetensorsParts([...tensors, ...best], new Map([...file.metadata, ["estimator", estimator]]));
}
