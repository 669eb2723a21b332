// SVG as text: elements with escaped attributes and contents. No DOM.

/** Attributes of an element; those that are undefined are left out. Numbers keep two digits behind the point. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A drawing with its size in pixels: what charts are put together from. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as the content or an attribute of an element; control characters, which XML does not allow, become spaces. */
export function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, " ").replace(/[&<>"]/g, (sign) => escapes[sign] ?? "");
}

/** `<name a="1">children</name>`; children are markup already. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeText(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join("")}</${name}>`;
}

/** A text element. */
export function label(text: string, attributes: Attributes): string {
  return element("text", { "font-size": 12, fill: ink.text, ...attributes }, [escapeText(text)]);
}

/** Two digits behind the point: a hundredth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** At most `length` characters, the last one a sign for what is left out. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** A drawing as a document of its own: white ground, a title that screen readers tell. */
export function svgDocument(title: string, { width, height, body }: Drawing): string {
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: "img",
      "font-family": "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
    },
    [element("title", {}, [escapeText(title)]), element("rect", { ...size, fill: "#ffffff" }), body],
  );
}

/** Drawings in rows of up to `columns`, under a common title. */
export function arrange(title: string, drawings: readonly Drawing[], columns: number): Drawing {
  const top = title === "" ? 0 : 36;
  const rows: Drawing[][] = [];
  for (let i = 0; i < drawings.length; i += columns) rows.push(drawings.slice(i, i + columns));
  let y = top;
  const parts: string[] = [];
  for (const row of rows) {
    let x = 0;
    for (const { width, body } of row) {
      parts.push(element("g", { transform: `translate(${round(x)} ${round(y)})` }, [body]));
      x += width;
    }
    y += Math.max(...row.map(({ height }) => height));
  }
  const width = Math.max(...rows.map((row) => row.reduce((sum, drawing) => sum + drawing.width, 0)));
  const heading = label(title, { x: width / 2, y: 24, "text-anchor": "middle", "font-size": 15, "font-weight": 600 });
  return { width, height: y, body: (title === "" ? "" : heading) + parts.join("") };
}

/** Colours of text and lines. */
export const ink = { text: "#333333", faint: "#6b6b6b", axis: "#888888", grid: "#e3e3e3" } as const;

/** Colours that people with any kind of colour vision can tell apart. After Okabe and Ito, "Color Universal Design" (2008). */
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"] as const;

/** The i-th colour of the palette, which repeats. */
export function paletteColor(i: number): string {
  return palette[i % palette.length] as string;
}
