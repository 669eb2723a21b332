// A report as one HTML file: headings, texts, tables and pictures; no script, nothing loaded from elsewhere.

import { checkOptions, describeValue, explain } from "../errors.js";
import { element, escapeText } from "./svg.js";

export interface ReportSection {
  readonly heading: string;
  /** Paragraphs. */
  readonly text?: readonly string[];
  /** The first row is the header. */
  readonly table?: readonly (readonly (string | number)[])[];
  /** Text that keeps its line breaks and columns, such as `net.summary()`. */
  readonly preformatted?: string;
  /** Pictures as SVG, as `toSvg()` gives them. */
  readonly svg?: readonly string[];
}

export interface Report {
  readonly title: string;
  /** Default "en". */
  readonly language?: string;
  readonly sections: readonly ReportSection[];
}

const style = `
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #222; background: #fff;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; padding-bottom: .25rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .8rem; border-bottom: 1px solid #e3e3e3; text-align: right; } th:first-child, td:first-child { text-align: left; }
pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; } svg { max-width: 100%; height: auto; } .wide { overflow-x: auto; }
`;

/**
 * One HTML document with everything in it.
 *
 * @throws TypeError when sections are not a list, and for unknown options.
 * @example
 * const html = plots.report({ title: "Iris", sections: [{ heading: "Curves", svg: [history.toSvg()] }] });
 */
export function report(contents: Report): string {
  const where = "plots.report";
  checkOptions(where, contents, ["title", "language", "sections"]);
  const { title, language = "en", sections } = contents;
  if (!Array.isArray(sections)) {
    throw new TypeError(explain(where, "sections must be a list", describeValue(sections)));
  }
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element("title", {}, [escapeText(title)]),
    `<style>${style}</style>`,
  ].join("\n");
  const body = [element("h1", {}, [escapeText(title)]), ...sections.map(sectionHtml)].join("\n");
  return `<!doctype html>\n<html lang="${escapeText(language)}">\n<head>\n${head}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

function sectionHtml({ heading, text = [], table = [], preformatted, svg = [] }: ReportSection): string {
  const parts = [
    element("h2", {}, [escapeText(heading)]),
    ...text.map((paragraph) => element("p", {}, [escapeText(paragraph)])),
    ...(table.length === 0 ? [] : [element("div", { class: "wide" }, [tableHtml(table)])]),
    ...(preformatted === undefined ? [] : [element("pre", {}, [escapeText(preformatted)])]),
    ...svg.map((picture) => element("figure", { style: "margin: 1rem 0" }, [picture])),
  ];
  return element("section", {}, parts);
}

function tableHtml([header = [], ...rows]: readonly (readonly (string | number)[])[]): string {
  const cells = (name: string, row: readonly (string | number)[]) =>
    element(
      "tr",
      {},
      row.map((cell) => element(name, {}, [escapeText(String(cell))])),
    );
  return element("table", {}, [
    element("thead", {}, [cells("th", header)]),
    element(
      "tbody",
      {},
      rows.map((row) => cells("td", row)),
    ),
  ]);
}
