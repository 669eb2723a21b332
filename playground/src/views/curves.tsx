// The curves of loss and accuracy.

import { useState } from "preact/hooks";
import { drawCurves, type Measure } from "../draw/curves.js";
import { percent, short, useCanvas, usePage } from "./context.js";

export function Curves() {
  const { store, t, theme } = usePage();
  const [measure, setMeasure] = useState<Measure>("loss");
  const canvas = useCanvas((context, width, height) => {
    drawCurves(context, { width, height }, store.view.curve, measure, theme);
  });
  const last = store.view.curve.at(-1);
  const [train, test] =
    measure === "loss"
      ? [short(last?.trainLoss), short(last?.testLoss)]
      : [percent(last?.trainAccuracy), percent(last?.testAccuracy)];
  return (
    <section class="card curves" aria-labelledby="curves-title">
      <div class="heading">
        <h2 id="curves-title">{t.curves}</h2>
        <div class="tabs" role="group" aria-labelledby="curves-title">
          {(["loss", "accuracy"] as const).map((name) => (
            <button key={name} type="button" aria-pressed={measure === name} onClick={() => setMeasure(name)}>
              {t[name]}
            </button>
          ))}
        </div>
      </div>
      <canvas ref={canvas} role="img" aria-label={t.curvesLabel(t[measure], train, test)} />
      <ul class="legend">
        <li>
          <span class="stroke full" />
          {t.train} {train}
        </li>
        <li>
          <span class="stroke dashed" />
          {t.test} {test}
        </li>
      </ul>
    </section>
  );
}
