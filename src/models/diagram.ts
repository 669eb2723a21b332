// A picture of a model: `net.toSvg()`. What stands in it is found here; how it is drawn is in plots/diagram.ts.

import { checkBoolean, checkInteger, checkOptions, formatShape } from "../errors.js";
import { inputsOf } from "../layers/use.js";
import { boxDiagram, type DiagramNode, neuronDiagram } from "../plots/diagram.js";
import { svgDocument } from "../plots/svg.js";
import { formatCount, isChain, sourcesOf } from "./summary.js";
import type { Topology } from "./topology.js";

export interface DiagramOptions {
  /** Draw neurons and their connections; default true for a chain of up to 10 layers whose inputs are flat, else boxes. */
  neurons?: boolean;
  /** Of layers with more neurons the first and the last ones are drawn; from 3 to 40, default 12. */
  maxUnits?: number;
  /** Colour the connections by their weights: blue is positive, orange negative, strong is far from 0. Default true. */
  weights?: boolean;
  /** Default the model's name. */
  title?: string;
}

/** `maxUnits` is the most neurons that are drawn of one layer. */
export function modelDiagram(where: string, name: string, topology: Topology, options: DiagramOptions): string {
  checkOptions(where, options, ["neurons", "maxUnits", "weights", "title"]);
  const maxUnits = checkInteger(where, "maxUnits", options.maxUnits ?? 12, 3, 40);
  const withWeights = checkBoolean(where, "weights", options.weights ?? true);
  const title = options.title ?? name;
  const flat = isChain(topology) && topology.inputs.tensors.every(({ shape }) => shape.length === 2);
  const neurons = checkBoolean(where, "neurons", options.neurons ?? (flat && topology.uses.length <= 10)) && flat;
  const nodes = [...inputNodes(topology), ...layerNodes(topology, neurons && withWeights)];
  return svgDocument(title, neurons ? neuronDiagram(title, nodes, maxUnits) : boxDiagram(title, nodes));
}

function inputNodes({ inputs }: Topology): DiagramNode[] {
  return inputs.tensors.map((x, i) => ({
    name: inputs.names[i] as string,
    details: ["input", formatShape(x.shape.slice(1))],
    sources: [],
    units: x.shape[1] ?? null,
    kernel: null,
  }));
}

function layerNodes(topology: Topology, withWeights: boolean): DiagramNode[] {
  const names = [...topology.inputs.names, ...topology.uses.map(({ core }) => core.name ?? core.type)];
  const seen = new Set<unknown>();
  return topology.uses.map((use, i) => {
    const { core, outputs } = use;
    const count = core.weights.reduce((sum, weight) => sum + weight.size, 0);
    const parameters = seen.has(core) ? "shared" : `${formatCount(count)} params`;
    seen.add(core);
    const { activation, rate } = core.config;
    const kind = typeof activation === "string" && activation !== "linear" ? `${core.type}, ${activation}` : core.type;
    const shapes = outputs.map(({ shape }) => formatShape(shape.slice(1))).join(" ");
    const details = [typeof rate === "number" ? `${kind} ${rate}` : kind, shapes];
    const before = names.slice(0, topology.inputs.names.length + i);
    const sources = [...new Set(inputsOf(use).flatMap((x) => sourcesOf(topology, x)))];
    const kernel = core.type === "dense" ? core.weight("kernel") : undefined;
    return {
      name: core.name ?? core.type,
      details: count > 0 ? [...details, parameters] : details,
      sources: sources.map((source) => before.lastIndexOf(source)).filter((place) => place >= 0),
      units: core.type === "dense" ? (outputs[0]?.shape[1] ?? null) : null,
      kernel: withWeights && kernel !== undefined ? kernel.read() : null,
    };
  });
}
