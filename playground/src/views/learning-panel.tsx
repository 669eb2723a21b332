// How the weights are learnt.

import { optimizerNames, penaltyNames } from "../state/config.js";
import { usePage } from "./context.js";
import { SelectField } from "./fields.js";

const rates = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3];
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const factors = [0, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1];
const seeds = Array.from({ length: 10 }, (_, i) => i + 1);

export function LearningPanel() {
  const { store, t } = usePage();
  const { config } = store;
  return (
    <section class="card" aria-labelledby="learning-title">
      <h2 id="learning-title">{t.learning}</h2>
      <SelectField
        label={t.optimizer}
        value={config.optimizer}
        options={optimizerNames}
        onChange={(optimizer) => store.choose({ optimizer })}
      />
      <SelectField
        label={t.learningRate}
        value={config.learningRate}
        options={rates}
        onChange={(learningRate) => store.choose({ learningRate })}
      />
      <SelectField
        label={t.batchSize}
        value={config.batchSize}
        options={batchSizes}
        onChange={(batchSize) => store.choose({ batchSize })}
      />
      <SelectField
        label={t.penalty}
        value={config.penalty}
        options={penaltyNames}
        text={(name) => (name === "none" ? t.none : name.toUpperCase())}
        onChange={(penalty) => store.choose({ penalty })}
      />
      <SelectField
        label={t.penaltyFactor}
        value={config.penaltyFactor}
        options={factors}
        onChange={(penaltyFactor) => store.choose({ penaltyFactor })}
      />
      <SelectField label={t.seed} value={config.seed} options={seeds} onChange={(seed) => store.choose({ seed })} />
    </section>
  );
}
