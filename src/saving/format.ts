// What a file says of itself.

import { describeValue, explain, FormatError } from "../errors.js";
import { formatVersion } from "./save.js";

/** Refuses files without a model, and those of a newer version. */
export function checkFormat(where: string, metadata: ReadonlyMap<string, string>): void {
  const format = metadata.get("format");
  if (format !== "feedforward") {
    const remedy =
      format === "feedforward weights" ? "Use model.loadWeights for it." : "Only files that save wrote have a model.";
    const expectation = 'expected a file with a model, metadata format "feedforward"';
    throw new FormatError(explain(where, expectation, describeValue(format), remedy));
  }
  const version = Number(metadata.get("version"));
  if (Number.isInteger(version) && version >= 1 && version <= formatVersion) return;
  const expectation = `expected a version of the format from 1 to ${formatVersion}`;
  const remedy = "Newer files need a newer feedforward.";
  throw new FormatError(explain(where, expectation, describeValue(metadata.get("version")), remedy));
}
