// The confusion matrix as a picture.

import { checkOptions, describeValue, explain, unknownName } from "../errors.js";
import { heatmap } from "../plots/heatmap.js";
import { svgDocument } from "../plots/svg.js";

export interface MatrixPictureOptions {
  /** Show shares of the true class (rows), of the predicted class (columns) or of all, instead of counts; default null. */
  normalize?: null | "true" | "pred" | "all";
  /** Names of the classes, in the order of the matrix; default the labels. */
  names?: readonly string[];
  /** Default "Confusion matrix". */
  title?: string;
}

const shares = ["true", "pred", "all"] as const;

/** True classes are rows, predicted ones columns. Follows sklearn.metrics.ConfusionMatrixDisplay. */
export function matrixPicture(
  where: string,
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
  options: MatrixPictureOptions,
): string {
  checkOptions(where, options, ["normalize", "names", "title"]);
  const { normalize = null, names = labels, title = "Confusion matrix" } = options;
  if (normalize !== null && !shares.includes(normalize)) throw unknownName(`${where}, normalize`, normalize, shares);
  if (!Array.isArray(names) || names.length !== labels.length) {
    const expectation = `names must be a list of ${labels.length} texts`;
    throw new TypeError(explain(where, expectation, describeValue(names)));
  }
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const rows = matrix.map(sum);
  const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j] as number)));
  const total = sum(rows);
  const divisor = (i: number, j: number) => {
    if (normalize === null) return 1;
    return (normalize === "all" ? total : normalize === "true" ? rows[i] : columns[j]) || 1;
  };
  const values = matrix.map((row, i) => row.map((value, j) => value / divisor(i, j)));
  const drawing = heatmap({
    title,
    xLabel: "predicted",
    yLabel: "true",
    columnNames: names.map(String),
    rowNames: names.map(String),
    values,
    ...(normalize !== null && { format: (value: number) => value.toFixed(2) }),
  });
  return svgDocument(title, drawing);
}
