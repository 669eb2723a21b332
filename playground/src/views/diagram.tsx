// The network as a picture, with a button on each neuron: arrow keys walk from one to the next.

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { DiagramPainter } from "../draw/diagram.js";
import { layoutDiagram } from "../draw/layout.js";
import { useCanvas, usePage } from "./context.js";

const arrows: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

export function Diagram() {
  const { store, t, theme } = usePage();
  const { config, view, chosen } = store;
  const { started } = view;
  const painter = useMemo(() => new DiagramPainter(), []);
  const [focus, setFocus] = useState({ layer: 1, unit: 0 });
  const [width, setWidth] = useState(320);
  const stage = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // The sizes of the choice, so that the height is right before the network is there.
  const digits = config.data === "digits";
  const sizes = [digits ? 784 : (started?.sizes[0] ?? 2), ...config.hidden, digits ? 10 : (started?.sizes.at(-1) ?? 1)];
  const { layers, height, node } = layoutDiagram(sizes, width);
  const canvas = useCanvas((context) => {
    const { snapshot, started: now, trace } = store.view;
    if (now === null || snapshot === null) {
      context.clearRect(0, 0, width, height);
      return;
    }
    const layer = trace?.record[trace.position]?.layer ?? "";
    const options = { theme, chosen: store.chosen, activation: config.activation, layer, whole: !store.running };
    painter.draw(context, layoutDiagram(now.sizes, width), now, snapshot, options);
  });
  const nameOf = (layer: number, unit: number) => {
    if (layer === 0) return t.inputNode(digits ? t.digits : (started?.features[unit] ?? String(unit + 1)));
    return t.neuron(layer === layers.length - 1 ? t.output : t.layer(layer), unit + 1);
  };
  const walk = (event: KeyboardEvent, layer: number, unit: number) => {
    const [right, down] = arrows[event.key] ?? [0, 0];
    const column = layers[layer + right];
    if (column === undefined || (right === 0 && down === 0)) return;
    event.preventDefault();
    const next = { layer: layer + right, unit: Math.min(column.length - 1, Math.max(0, unit + down)) };
    setFocus(next);
    stage.current?.querySelector<HTMLElement>(`[data-node="${next.layer}-${next.unit}"]`)?.focus();
  };
  const reachable = layers[focus.layer]?.[focus.unit] === undefined ? { layer: 0, unit: 0 } : focus;
  const isChosen = (layer: number, unit: number) => chosen?.layer === layer && chosen.unit === unit;
  return (
    <section class="card diagram" id="diagram" aria-labelledby="diagram-title">
      <h2 id="diagram-title">{t.diagram}</h2>
      <div
        class="stage"
        ref={stage}
        style={{ height: `${height}px` }}
        role="group"
        aria-labelledby="diagram-title"
        aria-describedby="diagram-help"
      >
        <canvas ref={canvas} aria-hidden="true" />
        {layers.flat().map(({ layer, unit, x, y }) => {
          const side = layer === 0 && digits ? Math.min(64, width / 5) : node;
          return (
            <button
              key={`${layer}-${unit}`}
              type="button"
              class="neuron"
              data-node={`${layer}-${unit}`}
              tabIndex={reachable.layer === layer && reachable.unit === unit ? 0 : -1}
              aria-pressed={isChosen(layer, unit)}
              aria-label={nameOf(layer, unit)}
              title={nameOf(layer, unit)}
              style={{ left: `${x - side / 2}px`, top: `${y - side / 2}px`, width: `${side}px`, height: `${side}px` }}
              onKeyDown={(event) => walk(event, layer, unit)}
              onFocus={() => setFocus({ layer, unit })}
              onClick={() => store.inspect(layer === 0 || isChosen(layer, unit) ? null : { layer, unit })}
            />
          );
        })}
      </div>
      <p id="diagram-help" class="hint">
        <span class="scale" aria-hidden="true" /> {t.weightLegend}. {t.neuronHelp}
      </p>
    </section>
  );
}
