// ONNX models as bytes: the protocol buffer of onnx.proto3. Field numbers are those of that file.

import { version } from "../../version.js";
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from "./proto.js";

type Writer = InstanceType<Awaited<typeof import("pbf")>["PbfWriter"]>;

// AttributeProto.AttributeType
const attributeTypes: Readonly<Record<OnnxAttribute["kind"], number>> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
};

/** The bytes of an .onnx file. */
export async function encodeOnnx(model: OnnxModel): Promise<Uint8Array> {
  const { PbfWriter } = await import("pbf");
  const writer = new PbfWriter();
  // The intermediate representation that came with the operations.
  writer.writeVarintField(1, model.opset <= 18 ? 8 : model.opset <= 20 ? 9 : 10);
  writer.writeStringField(2, "feedforward");
  writer.writeStringField(3, version);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, (opset: number, pbf) => pbf.writeVarintField(2, opset), model.opset);
  return writer.finish();
}

function writeGraph(graph: OnnxModel, pbf: Writer): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const port of graph.inputs) pbf.writeMessage(11, writePort, port);
  for (const port of graph.outputs) pbf.writeMessage(12, writePort, port);
}

function writeNode(node: OnnxNode, pbf: Writer): void {
  for (const name of node.inputs) pbf.writeStringField(1, name);
  for (const name of node.outputs) pbf.writeStringField(2, name);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.op);
  for (const attribute of node.attributes) pbf.writeMessage(5, writeAttribute, attribute);
  if (node.domain !== "") pbf.writeStringField(7, node.domain);
}

function writeAttribute([name, attribute]: readonly [string, OnnxAttribute], pbf: Writer): void {
  pbf.writeStringField(1, name);
  switch (attribute.kind) {
    case "float":
      pbf.writeFloatField(2, attribute.value);
      break;
    case "int":
      pbf.writeVarintField(3, attribute.value);
      break;
    case "string":
      pbf.writeStringField(4, attribute.value);
      break;
    case "tensor":
      pbf.writeMessage(5, writeTensor, attribute.value);
      break;
    case "floats":
      for (const value of attribute.value) pbf.writeFloatField(7, value);
      break;
    case "ints":
      for (const value of attribute.value) pbf.writeVarintField(8, value);
  }
  pbf.writeVarintField(20, attributeTypes[attribute.kind]);
}

function writeTensor({ name, dims, dataType, bytes }: OnnxTensor, pbf: Writer): void {
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, dataType);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytes);
}

function writePort({ name, elementType, shape }: OnnxPort, pbf: Writer): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, type) => type.writeMessage(1, writeTensorType, { elementType, shape }), null);
}

function writeTensorType({ elementType, shape }: Omit<OnnxPort, "name">, pbf: Writer): void {
  pbf.writeVarintField(1, elementType);
  pbf.writeMessage(2, writeShape, shape ?? []);
}

function writeShape(shape: readonly (number | string)[], pbf: Writer): void {
  for (const size of shape) pbf.writeMessage(1, writeSize, size);
}

function writeSize(size: number | string, pbf: Writer): void {
  if (typeof size === "number") pbf.writeVarintField(1, size);
  else pbf.writeStringField(2, size);
}
