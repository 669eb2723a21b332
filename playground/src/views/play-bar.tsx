// Training and its state: run, pause, one epoch, reset; epoch, losses, accuracies.

import { percent, short, usePage } from "./context.js";

export function PlayBar() {
  const { store, t } = usePage();
  const last = store.view.curve.at(-1);
  const ready = store.view.started !== null;
  const numbers = [
    [t.epoch, String(store.view.snapshot?.epoch ?? 0)],
    [t.trainLoss, short(last?.trainLoss)],
    [t.testLoss, short(last?.testLoss)],
    [t.trainAccuracy, percent(last?.trainAccuracy)],
    [t.testAccuracy, percent(last?.testAccuracy)],
  ];
  return (
    <section class="play" aria-label={t.controls}>
      <div class="buttons">
        <button type="button" class="primary" id="run" disabled={!ready} onClick={() => store.run(!store.running)}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path class="solid" d={store.running ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5v14l11-7z"} />
          </svg>
          {store.running ? t.pause : t.run}
        </button>
        <button type="button" id="epoch" disabled={!ready} onClick={() => store.epoch()}>
          {t.oneEpoch}
        </button>
        <button type="button" id="reset" disabled={!ready} onClick={() => store.reset()}>
          {t.reset}
        </button>
      </div>
      <dl class="numbers">
        {numbers.map(([name, value], i) => (
          <div key={i} data-number={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hidden" role="status">
        {store.running
          ? ""
          : `${t.epoch} ${store.view.snapshot?.epoch ?? 0}, ${t.testAccuracy} ${percent(last?.testAccuracy)}`}
      </p>
    </section>
  );
}
