// Records of trials for tests of samplers and pruners.

import type { Distribution } from "../../src/tune/distributions.js";
import { newRecord, type TrialRecord, type TrialState } from "../../src/tune/records.js";

export interface Given {
  readonly state?: TrialState;
  readonly value?: number | null;
  readonly params?: Readonly<Record<string, readonly [Distribution, number]>>;
  readonly reports?: readonly (readonly [step: number, value: number])[];
}

/** Trials 0, 1, ...: complete ones with value 0 where nothing else is said. */
export function recordsOf(...list: readonly Given[]): TrialRecord[] {
  return list.map(
    ({ state = "complete", value = state === "complete" ? 0 : null, params = {}, reports = [] }, number) => {
      const parameters = Object.entries(params).map(([name, [distribution, internal]]) => {
        return [name, { distribution, internal }] as const;
      });
      return { ...newRecord(number), state, value, parameters: new Map(parameters), reports: new Map(reports) };
    },
  );
}

export const unit: Distribution = { kind: "float", low: 0, high: 1, log: false, step: null };
