// Every schedule over its range against Keras' or PyTorch's, with each option.

import { describe, expect, it } from "vitest";
import * as schedules from "../../src/schedules/index.js";
import { expectClose, readFixture, type Tolerance } from "../fixtures/fixture.js";

interface ScheduleCase {
  readonly schedule: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rates: readonly number[];
}

const keras = readFixture<{ steps: readonly number[]; cases: readonly ScheduleCase[] }>("schedules.json");
const torch = readFixture<{ cases: readonly ScheduleCase[] }>("schedules_torch.json");

// Both sides compute in float64, and the fixtures have ten digits; but Keras takes cosines in float32.
const tolerance: Tolerance = { relative: 1e-9, absolute: 1e-12 };
const cosineTolerance: Tolerance = { relative: 1e-7, absolute: 3e-8 };

type Factory = (options: object) => schedules.Schedule;
const factories = new Map(Object.entries(schedules)) as ReadonlyMap<string, unknown> as ReadonlyMap<string, Factory>;

/** The schedule of a case; in `sequential` the parts are cases themselves. */
function make({ schedule, options }: Pick<ScheduleCase, "schedule" | "options">): schedules.Schedule {
  const parts = options.schedules as (number | ScheduleCase)[] | undefined;
  const made = parts?.map((part) => (typeof part === "number" ? part : make(part)));
  return (factories.get(schedule) as Factory)({ ...options, ...(made && { schedules: made }) });
}

describe("schedules", () => {
  it.each(keras.cases)("$schedule $options as Keras", (one) => {
    expectClose(keras.steps.map(make(one)), one.rates, one.schedule.startsWith("cosine") ? cosineTolerance : tolerance);
  });

  it.each(torch.cases)("$schedule $options as PyTorch", (one) => {
    expectClose(
      one.rates.map((_, step) => make(one)(step)),
      one.rates,
      tolerance,
    );
  });

  it("are all compared", () => {
    const names = new Set([...keras.cases, ...torch.cases].map(({ schedule }) => schedule));
    expect([...names, "constant"].sort()).toEqual([...factories.keys()].sort());
  });
});
