// A recorded step of the optimizer, one instruction at a time, forward and backward.

import type { TracedTensor } from "feedforward";
import { short, usePage } from "./context.js";

// More numbers cannot be read.
const mostRows = 8;
const mostColumns = 8;

export function StepPanel() {
  const { store, t } = usePage();
  const { trace, started } = store.view;
  const current = trace?.record[trace.position];
  return (
    <section class="card step" aria-labelledby="step-title">
      <div class="heading">
        <h2 id="step-title">{t.step}</h2>
        {trace !== null && (
          <button type="button" class="link" onClick={() => store.closeTrace()}>
            {t.close}
          </button>
        )}
      </div>
      {trace === null || current === undefined ? (
        <>
          <p class="hint">{t.stepIntro}</p>
          <button type="button" id="record" disabled={started === null} onClick={() => store.trace(false)}>
            {t.record}
          </button>
        </>
      ) : (
        <>
          <div class="walk">
            <button
              type="button"
              id="previous"
              disabled={trace.position === 0}
              onClick={() => store.show(trace.position - 1)}
            >
              ← {t.previous}
            </button>
            <input
              type="range"
              aria-label={t.position}
              min={0}
              max={trace.record.length - 1}
              value={trace.position}
              aria-valuetext={`${t.instruction(trace.position + 1, trace.record.length)}, ${t[current.phase]}`}
              onInput={({ currentTarget }) => store.show(Number(currentTarget.value))}
            />
            <button
              type="button"
              id="next"
              disabled={trace.position === trace.record.length - 1}
              onClick={() => store.show(trace.position + 1)}
            >
              {t.next} →
            </button>
          </div>
          <div class="instruction" role="status">
            <p class={`phase ${current.phase}`}>
              <strong>{t[current.phase]}</strong> {t.instruction(trace.position + 1, trace.record.length)} ·{" "}
              {current.layer || t.optimizerPart}
            </p>
            <code>{current.text}</code>
          </div>
          <div class="operands">
            <Numbers title={t.reads} tensors={current.inputs} />
            <Numbers title={t.writes} tensors={current.outputs} />
          </div>
          <button type="button" id="take" onClick={() => store.trace(true)}>
            {t.take}
          </button>
        </>
      )}
    </section>
  );
}

function Numbers({ title, tensors }: { title: string; tensors: readonly TracedTensor[] }) {
  const { t } = usePage();
  return (
    <div>
      <h3>{title}</h3>
      {tensors.map(({ name, shape: [rows, columns], data }) => {
        const [shownRows, shownColumns] = [Math.min(rows, mostRows), Math.min(columns, mostColumns)];
        const cut = shownRows < rows || shownColumns < columns ? `, ${t.cut(shownRows, shownColumns)}` : "";
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard.
          <section key={name} class="scroll" tabIndex={0} aria-label={name}>
            <table class="numbers-table">
              <caption>
                <code>{name}</code> {t.shape(rows, columns)}
                {cut}
              </caption>
              <tbody>
                {Array.from({ length: shownRows }, (_, row) => (
                  <tr key={row}>
                    {Array.from({ length: shownColumns }, (_, column) => {
                      const value = data[row * columns + column];
                      return (
                        <td key={column} class={(value ?? 0) < 0 ? "negative" : "positive"} title={String(value)}>
                          {short(value)}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
    </div>
  );
}
