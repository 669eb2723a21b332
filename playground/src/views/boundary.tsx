// The plane with the decision boundary, or the values of one neuron in it.

import { useMemo } from "preact/hooks";
import { BoundaryPainter } from "../draw/boundary.js";
import { classColor, css } from "../draw/colors.js";
import { percent, useCanvas, usePage } from "./context.js";

export function Boundary() {
  const { store, t, theme } = usePage();
  const { view, chosen, config } = store;
  const { started, curve } = view;
  const painter = useMemo(() => new BoundaryPainter(), []);
  const canvas = useCanvas((context, width) => {
    const { started: now, snapshot } = store.view;
    if (now === null || snapshot === null) context.clearRect(0, 0, width, width);
    else painter.draw(context, width, now, snapshot, { theme, chosen: store.chosen, activation: config.activation });
  });
  const last = (started?.sizes.length ?? 0) - 1;
  const name =
    chosen === null ? "" : t.neuron(chosen.layer === last ? t.output : t.layer(chosen.layer), chosen.unit + 1);
  const classes = started?.classes ?? ["0", "1"];
  return (
    <section class="card boundary" aria-labelledby="boundary-title">
      <h2 id="boundary-title">{chosen === null ? t.boundary : t.boundaryOf(name)}</h2>
      <div class="plane">
        <canvas ref={canvas} role="img" aria-label={t.boundaryLabel(percent(curve.at(-1)?.testAccuracy))} />
      </div>
      <ul class="legend">
        {classes.map((label, i) => (
          <li key={label}>
            <span class="dot" style={{ background: css(classColor(theme, i, classes.length)) }} />
            {label}
          </li>
        ))}
        <li>
          <span class="dot plain" />
          {t.trainPoints}
        </li>
        <li>
          <span class="dot ring" />
          {t.testPoints}
        </li>
        {chosen !== null && (
          <li>
            <button type="button" class="link" onClick={() => store.inspect(null)}>
              {t.back}
            </button>
          </li>
        )}
      </ul>
      {config.data === "csv" && started !== null && <p class="hint">{t.csvPlane(started.axes[0], started.axes[1])}</p>}
    </section>
  );
}
