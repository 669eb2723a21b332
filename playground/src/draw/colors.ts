// Colours of values. Orange for negative and class 0, blue for positive and class 1: they differ for every kind of colour
// blindness. More classes have the colours of Okabe and Ito, and two more.

export type Theme = "light" | "dark";

type Rgb = readonly [number, number, number];

interface Palette {
  readonly negative: Rgb;
  readonly zero: Rgb;
  readonly positive: Rgb;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly surface: string;
}

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    negative: [224, 112, 0],
    zero: [246, 247, 249],
    positive: [0, 103, 192],
    text: "#1b2430",
    faint: "#5a6675",
    grid: "#dfe4ea",
    surface: "#ffffff",
  },
  dark: {
    negative: [255, 150, 46],
    zero: [30, 36, 45],
    positive: [76, 164, 255],
    text: "#e8edf3",
    faint: "#9fadbd",
    grid: "#323c49",
    surface: "#171c23",
  },
};

export const classColors: readonly Rgb[] = [
  [224, 112, 0],
  [0, 114, 178],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [240, 228, 66],
  [213, 60, 60],
  [120, 94, 200],
  [120, 120, 120],
  [140, 86, 40],
];

/** For two classes those of the diverging scale. */
export function classColor(theme: Theme, label: number, classes: number): Rgb {
  const { negative, positive } = palettes[theme];
  if (classes === 2) return label === 0 ? negative : positive;
  return classColors[label % classColors.length] as Rgb;
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

export function mix(a: Rgb, b: Rgb, t: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * t);
  return [at(0), at(1), at(2)];
}

/** Steps of the table below, odd so that 0 has one of its own. */
const steps = 255;
const tables = new Map<string, Uint32Array>();

/** The colours of [-1, 1] as the words of image data; pale ones under points of the same colours. */
export function divergingTable(theme: Theme, pale = false): Uint32Array {
  const key = `${theme} ${pale}`;
  let table = tables.get(key);
  if (table === undefined) {
    const { negative, zero, positive } = palettes[theme];
    table = Uint32Array.from({ length: steps }, (_, i) => {
      const t = (2 * i) / (steps - 1) - 1;
      return word(mix(zero, t < 0 ? negative : positive, (pale ? 0.5 : 1) * Math.abs(t) ** 0.8));
    });
    tables.set(key, table);
  }
  return table;
}

/** The place of a value in the table; what is outside of [-1, 1] is taken as its end, NaN as 0. */
export function tableIndex(value: number): number {
  const place = Math.round(((Math.min(1, Math.max(-1, value)) + 1) / 2) * (steps - 1));
  return Number.isNaN(place) ? (steps - 1) / 2 : place;
}

/** Bytes in the order of image data, on machines that are little-endian, as all browsers' are. */
export function word([r, g, b]: Rgb): number {
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}
