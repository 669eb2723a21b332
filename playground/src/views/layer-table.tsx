// What happens in each layer: gradients, weights, activations. A bar in powers of ten makes vanishing gradients visible.

import { percent, short, usePage } from "./context.js";

/** From 1e-6 to 10, as a part of the width. */
export function logShare(value: number): number {
  if (!(value > 0)) return 0;
  return Math.min(1, Math.max(0.02, (Math.log10(value) + 6) / 7));
}

export function LayerTable() {
  const { store, t } = usePage();
  const layers = store.view.snapshot?.layers ?? [];
  const names = [...store.config.hidden.map((_, i) => `hidden${i + 1}`), "output"];
  return (
    <section class="card layer-table" aria-labelledby="layers-title">
      <h2 id="layers-title">{t.layers}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">{t.layers}</span>
              </th>
              <th scope="col">{t.gradientNorm}</th>
              <th scope="col">{t.activations}</th>
              <th scope="col">{t.weightNorm}</th>
              <th scope="col">{t.deadUnits}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name, i) => {
              const layer = layers.find((one) => one.name === name);
              return (
                <tr key={name}>
                  <th scope="row">{name === "output" ? t.output : t.layer(i + 1)}</th>
                  <td>
                    <span class="bar" aria-hidden="true">
                      <span style={{ transform: `scaleX(${logShare(layer?.gradientNorm ?? 0)})` }} />
                    </span>
                    {short(layer?.gradientNorm)}
                  </td>
                  <td>
                    {short(layer?.activationMean)} ± {short(layer?.activationStandardDeviation)}
                  </td>
                  <td>{short(layer?.weightNorm)}</td>
                  <td>{percent(layer?.deadUnits).replace(".0", "")}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="hint">{t.layersHelp}</p>
    </section>
  );
}
