// Which data, how many, how noisy, and how they are split.

import { dataKinds, limits } from "../state/config.js";
import { percent, usePage } from "./context.js";
import { RangeField, SelectField } from "./fields.js";

const icons: Readonly<Record<(typeof dataKinds)[number], string>> = {
  circle: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 6a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
  xor: "M4 4h7v7H4zM13 13h7v7h-7z",
  gauss: "M7.500 3a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM16.500 12a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9Z",
  spiral: "M12 12c0-2 3-2 3 .5S12 17 9.500 15 7 8 12 7s9 4 6.500 9-9 5.500-13 2",
  digits: "M8 5h8l-5 7c4-.5 6 1.500 5 4.500S11 20 8 18",
  csv: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14",
};

export function DataPanel() {
  const { store, t } = usePage();
  const { config, view } = store;
  const synthetic = config.data !== "csv";
  const csv = view.started?.csv ?? null;
  return (
    <section class="card" aria-labelledby="data-title">
      <h2 id="data-title">{t.data}</h2>
      <fieldset class="kinds">
        <legend class="hidden">{t.data}</legend>
        {dataKinds.map((kind) => (
          <label key={kind} class={config.data === kind ? "chosen" : ""}>
            <input
              type="radio"
              name="data"
              value={kind}
              checked={config.data === kind}
              onChange={() => store.choose({ data: kind })}
            />
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={icons[kind]} />
            </svg>
            {t[kind]}
          </label>
        ))}
      </fieldset>
      {synthetic ? (
        <>
          <RangeField
            label={t.points}
            value={config.points}
            {...limits.points}
            onChange={(points) => store.choose({ points })}
          />
          <RangeField
            label={t.noise}
            value={config.noise}
            {...limits.noise}
            onChange={(noise) => store.choose({ noise })}
          />
        </>
      ) : (
        <div class="field">
          <label for="csv-file">{t.csvFile}</label>
          <input
            id="csv-file"
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            aria-describedby="csv-hint"
            onChange={async ({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file !== undefined) store.chooseCsv({ name: file.name, text: await file.text(), target: null });
            }}
          />
          <p id="csv-hint" class="hint">
            {t.csvHint}
          </p>
        </div>
      )}
      {csv !== null && !synthetic && (
        <SelectField
          label={t.target}
          value={csv.target}
          options={csv.columns}
          onChange={(target) => store.csv !== null && store.chooseCsv({ ...store.csv, target })}
        />
      )}
      <RangeField
        label={t.trainShare}
        value={config.trainShare}
        {...limits.trainShare}
        text={(share) => percent(share).replace(".0", "")}
        onChange={(trainShare) => store.choose({ trainShare })}
      />
      <p class="hint">
        {view.started !== null
          ? t.rows(view.started.rows.train, view.started.rows.test)
          : synthetic
            ? t.loading
            : t.chooseFile}
      </p>
    </section>
  );
}
