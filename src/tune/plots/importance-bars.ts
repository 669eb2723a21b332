// Bars of importances.

import { type Drawing, element, label, paletteColor, shorten } from "../../plots/svg.js";

export function importancePlot(title: string, shares: readonly (readonly [string, number])[]): Drawing {
  const [left, full, row, top] = [150, 300, 26, 46];
  const largest = Math.max(...shares.map(([, share]) => share), Number.MIN_VALUE);
  const bars = shares.map(([name, share], i) => {
    const y = top + i * row;
    const width = Math.max(1, (share / largest) * full);
    return [
      label(shorten(name, 20), { x: left - 8, y: y + 15, "text-anchor": "end" }),
      element("rect", { x: left, y, width, height: row - 6, fill: paletteColor(0) }),
      label(`${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`, { x: left + width + 6, y: y + 15 }),
    ].join("");
  });
  const width = left + full + 70;
  const heading = label(title, { x: width / 2, y: 26, "text-anchor": "middle", "font-size": 15, "font-weight": 600 });
  return { width, height: top + shares.length * row + 12, body: heading + bars.join("") };
}
