// The whole page.

import { useEffect, useState } from "preact/hooks";
import type { Store } from "../store.js";
import { firstLanguage, firstTheme, keep, readKept, texts } from "../text/language.js";
import { Boundary } from "./boundary.js";
import { Page, useStoreChanges } from "./context.js";
import { Curves } from "./curves.js";
import { DataPanel } from "./data-panel.js";
import { Diagram } from "./diagram.js";
import { DigitPad } from "./digit-pad.js";
import { Header } from "./header.js";
import { LayerTable } from "./layer-table.js";
import { LearningPanel } from "./learning-panel.js";
import { NetworkPanel } from "./network-panel.js";
import { PlayBar } from "./play-bar.js";
import { StepPanel } from "./step-panel.js";
import { TakeAway } from "./take-away.js";

export function App({ store }: { store: Store }) {
  const [language, setLanguage] = useState(() => firstLanguage(readKept("language"), navigator.languages));
  const [theme, setTheme] = useState(() =>
    firstTheme(readKept("theme"), matchMedia("(prefers-color-scheme: dark)").matches),
  );
  useStoreChanges(store);
  const t = texts[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
    document.title = t.title;
  }, [language, theme, t]);
  const { view, config, ignored } = store;
  const note =
    view.error !== null ? `${t.failed}: ${view.error}` : ignored.length > 0 ? t.ignored(ignored.join(", ")) : "";
  return (
    <Page.Provider value={{ store, t, language, theme }}>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>(".neuron[tabindex='0']")?.focus()}
      >
        {t.skip}
      </button>
      <Header
        onLanguage={(next) => {
          keep("language", next);
          setLanguage(next);
        }}
        onTheme={(next) => {
          keep("theme", next);
          setTheme(next);
        }}
      />
      <PlayBar />
      <div role="alert" class={note === "" ? "" : "note"}>
        {note !== "" && (
          <>
            {note}
            <button type="button" class="link" onClick={() => store.dismiss()}>
              {t.close}
            </button>
          </>
        )}
      </div>
      <main>
        <div class="column choices">
          <DataPanel />
          <NetworkPanel />
          <LearningPanel />
        </div>
        <div class="column middle">
          <Diagram />
          <LayerTable />
          <StepPanel />
        </div>
        <div class="column results">
          {config.data === "digits" ? <DigitPad /> : <Boundary />}
          <Curves />
          <TakeAway />
        </div>
      </main>
    </Page.Provider>
  );
}
