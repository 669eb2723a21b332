// A study that is kept nowhere.

import { newRecord } from "../records.js";
import type { Storage, StoredStudy } from "./storage.js";

/** Numbers the trials; what happens to them is in the study's own records. */
export function memoryStorage(): Storage {
  return {
    open: async (_where, _study, { direction = "minimize" }) => ({ study: memoryStudy(), direction }),
  };
}

function memoryStudy(): StoredStudy {
  let count = 0;
  return {
    shared: false,
    load: async () => [],
    begin: async (limit) => (count < limit ? newRecord(count++) : null),
    assign: async () => {},
    report: async () => {},
    finish: async () => true,
    beat: async () => {},
    lost: async () => [],
    close: async () => {},
  };
}
