// What can be taken away: the link, the model, the code.

import { useState } from "preact/hooks";
import { generateCode } from "../state/code.js";
import { download } from "../store.js";
import { usePage } from "./context.js";

export function TakeAway() {
  const { store, t } = usePage();
  const [copied, setCopied] = useState(false);
  const [open, setOpen] = useState(false);
  const { config, view } = store;
  const { started, snapshot } = view;
  const csv =
    config.data !== "csv" || !started?.csv
      ? null
      : { name: started.csv.name, target: started.csv.target, classes: started.classes };
  const code = () => generateCode(config, snapshot?.epoch || 100, csv);
  return (
    <section class="card take" aria-labelledby="take-title">
      <h2 id="take-title">{t.takeAway}</h2>
      <div class="buttons">
        <button
          type="button"
          id="copy-link"
          onClick={async () => {
            await navigator.clipboard?.writeText(location.href).catch(() => {});
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          }}
        >
          {copied ? t.copied : t.copyLink}
        </button>
        <button type="button" id="save-model" disabled={started === null} onClick={() => store.export("safetensors")}>
          {t.saveModel}
        </button>
        <button type="button" id="save-onnx" disabled={started === null} onClick={() => store.export("onnx")}>
          {t.saveOnnx}
        </button>
        <button type="button" id="save-code" onClick={() => download("network.mts", code())}>
          {t.saveCode}
        </button>
      </div>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{t.showCode}</summary>
        {open && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard.
          <pre tabIndex={0}>
            <code>{code()}</code>
          </pre>
        )}
      </details>
    </section>
  );
}
