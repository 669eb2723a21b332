// The hidden layers, and what all of them share.

import { activationNames, initializerNames, limits, mostLayers, mostUnits } from "../state/config.js";
import { usePage } from "./context.js";
import { RangeField, SelectField } from "./fields.js";

export function NetworkPanel() {
  const { store, t } = usePage();
  const { config, view } = store;
  const { hidden } = config;
  const change = (index: number, units: number) => {
    store.choose({ hidden: hidden.map((old, i) => (i === index ? units : old)) });
  };
  return (
    <section class="card" aria-labelledby="network-title">
      <h2 id="network-title">{t.network}</h2>
      <fieldset class="layers">
        <legend>{t.hiddenLayers}</legend>
        <div class="pair">
          <button
            type="button"
            id="remove-layer"
            disabled={hidden.length === 0}
            onClick={() => store.choose({ hidden: hidden.slice(0, -1) })}
          >
            <span aria-hidden="true">−</span>
            <span class="hidden">{t.removeLayer}</span>
          </button>
          <output>{hidden.length}</output>
          <button
            type="button"
            id="add-layer"
            disabled={hidden.length >= mostLayers}
            onClick={() => store.choose({ hidden: [...hidden, hidden.at(-1) ?? 4] })}
          >
            <span aria-hidden="true">+</span>
            <span class="hidden">{t.addLayer}</span>
          </button>
        </div>
        <ul>
          {hidden.map((units, i) => (
            <li key={i}>
              <span>{t.layer(i + 1)}</span>
              <div class="pair" role="group" aria-label={t.unitsOf(i + 1)}>
                <button
                  type="button"
                  disabled={units <= 1}
                  aria-label={t.fewer(i + 1)}
                  onClick={() => change(i, units - 1)}
                >
                  −
                </button>
                <output>{units}</output>
                <button
                  type="button"
                  disabled={units >= mostUnits}
                  aria-label={t.more(i + 1)}
                  onClick={() => change(i, units + 1)}
                >
                  +
                </button>
              </div>
            </li>
          ))}
        </ul>
      </fieldset>
      <SelectField
        label={t.activation}
        value={config.activation}
        options={activationNames}
        onChange={(activation) => store.choose({ activation })}
      />
      <SelectField
        label={t.initializer}
        value={config.initializer}
        options={initializerNames}
        onChange={(initializer) => store.choose({ initializer })}
      />
      <RangeField
        label={t.dropout}
        value={config.dropout}
        {...limits.dropout}
        onChange={(dropout) => store.choose({ dropout })}
      />
      <p class="hint">{view.started === null ? "\u00a0" : t.parameters(view.started.parameters)}</p>
    </section>
  );
}
