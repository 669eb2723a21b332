// What the tests import from vitest, in a page: its runner, its expectations and its spies, which need no Node.

import {
  ASYMMETRIC_MATCHERS_OBJECT,
  ChaiStyleAssertions,
  chai,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { fn, restoreAllMocks, spyOn } from "@vitest/spy";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "@vitest/runner";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(ChaiStyleAssertions);
chai.use(JestAsymmetricMatchers);

const globals = globalThis as unknown as Record<PropertyKey, object>;

function makeExpect() {
  const made = (value: unknown, message?: string) => chai.expect(value, message);
  return Object.assign(made, chai.expect, globals[ASYMMETRIC_MATCHERS_OBJECT as unknown as PropertyKey]);
}

export const expect = makeExpect();
globals[GLOBAL_EXPECT as unknown as PropertyKey] = expect;
type State = Parameters<typeof setState>[0];
const initial: State = { assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null };
setState({ ...getState(expect as never), ...initial } as State, expect as never);

/** Types are checked by the compiler, not here. */
export function expectTypeOf(): unknown {
  const anything: unknown = new Proxy(() => anything, { get: () => anything, apply: () => anything });
  return anything;
}

export const vi = { fn, spyOn, restoreAllMocks };
