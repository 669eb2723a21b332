// From saved names and options back to things: one table for each kind, which is what the package exports.

import * as activations from "../activations/index.js";
import * as constraints from "../constraints/index.js";
import { describeValue, explain, FormatError, unknownName } from "../errors.js";
import * as initializers from "../initializers/index.js";
import * as layers from "../layers/index.js";
import { layerCore } from "../layers/layer.js";
import * as losses from "../losses/index.js";
import { confusionMatrix } from "../metrics/confusion-matrix.js";
import { isMetric } from "../metrics/metric.js";
import { metricFactories } from "../metrics/resolve.js";
import type { Kind } from "../naming.js";
import * as optimizers from "../optimizers/index.js";
import { Optimizer } from "../optimizers/optimizer.js";
import * as regularizers from "../regularizers/index.js";
import * as schedules from "../schedules/index.js";
import { type Fields, fields, isFields, text } from "../files/fields.js";
import { checkOption } from "./limits.js";

/** What users have written themselves, by the names under which it was saved. */
export type CustomObjects = Readonly<Record<string, unknown>>;

/** The factories of each kind. */
export const factories: { readonly [K in Kind]: Readonly<Record<string, unknown>> } = {
  activation: { ...activations },
  constraint: { ...constraints },
  initializer: { ...initializers },
  layer: { ...layers },
  loss: { ...losses },
  metric: {
    ...metricFactories,
    confusionMatrix,
    ...Object.fromEntries(Object.entries(losses).map(([name, factory]) => [`losses.${name}`, factory])),
  },
  optimizer: { ...optimizers },
  regularizer: { ...regularizers },
  schedule: { ...schedules },
};

const isFunction = (value: unknown): boolean => typeof value === "function";

/** What the things of a kind are. */
const checks: { readonly [K in Kind]: (thing: unknown) => boolean } = {
  activation: isFunction,
  constraint: isFunction,
  initializer: isFunction,
  layer: (thing) => layerCore(thing) !== undefined,
  loss: isFunction,
  metric: isMetric,
  optimizer: (thing) => thing instanceof Optimizer,
  regularizer: isFunction,
  schedule: isFunction,
};

function isKind(kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(factories, kind);
}

/** The kinds and names of all things of users in a file's JSON. */
export function customNames(value: unknown): { readonly kind: Kind; readonly name: string }[] {
  if (Array.isArray(value)) return value.flatMap(customNames);
  if (!isFields(value)) return [];
  const { kind, name, custom } = value;
  if (custom === true && isKind(kind) && typeof name === "string") return [{ kind, name }];
  return Object.values(value).flatMap(customNames);
}

/**
 * Throws unless all things of users that a file needs are there; the error names all that are missing.
 */
export function checkCustomObjects(where: string, saved: unknown, customObjects: CustomObjects): void {
  const missing = customNames(saved).filter(({ name }) => !Object.hasOwn(customObjects, name));
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ kind, name }) => `${kind} "${name}"`))].join(", ");
  const example = missing[0]?.name ?? "name";
  const remedy = `Functions are not saved. Give what was saved: loadModel(source, { customObjects: { ${JSON.stringify(example)}: ... } }).`;
  throw new TypeError(explain(where, `the model needs customObjects: ${names}`, "none of these names", remedy));
}

/** Makes what was saved by `savedForm`; `more` are options that all things of the kind have. */
export function revive(where: string, saved: unknown, customObjects: CustomObjects, more: Fields = {}): unknown {
  const { kind, name: savedName, config = {}, custom } = fields(where, saved);
  const name = text(`${where}, name`, savedName);
  if (!isKind(kind)) throw new FormatError(explain(where, "expected a known kind", describeValue(kind)));
  if (custom === true) return reviveCustom(where, kind, name, customObjects);
  const table = factories[kind];
  const factory = Object.hasOwn(table, name) && name !== "custom" ? table[name] : undefined;
  if (typeof factory !== "function")
    throw new FormatError(unknownName(`${where}, ${kind}`, name, Object.keys(table)).message);
  const options = reviveOptions(`${where}, ${name}`, fields(`${where}, ${name}`, config), customObjects);
  const thing: unknown = factory({ ...options, ...more });
  if (checks[kind](thing)) return thing;
  throw new FormatError(explain(where, `expected a saved ${kind}`, JSON.stringify(name)));
}

/** Functions are taken as they are; layers, metrics and optimizers may be given or be made by a function. */
function reviveCustom(where: string, kind: Kind, name: string, customObjects: CustomObjects): unknown {
  const given = Object.hasOwn(customObjects, name) ? customObjects[name] : undefined;
  if (checks[kind](given)) return given;
  if (typeof given === "function" && kind === "metric") return given;
  const made: unknown = typeof given === "function" ? given() : given;
  if (checks[kind](made)) return made;
  const place = `${where}, customObjects, ${JSON.stringify(name)}`;
  throw new TypeError(explain(place, `expected a ${kind}, or a function that makes one`, describeValue(given)));
}

/** Things in the options, too. Null stands for an option that was not given; only an axis may be null. */
function reviveOptions(where: string, config: Fields, customObjects: CustomObjects): Fields {
  const given = Object.entries(config).filter(([key, value]) => value !== null || key === "axis");
  for (const [key, value] of given) checkOption(where, key, value);
  return Object.fromEntries(given.map(([key, value]) => [key, revivePart(`${where}, ${key}`, value, customObjects)]));
}

function revivePart(where: string, value: unknown, customObjects: CustomObjects): unknown {
  if (Array.isArray(value)) return value.map((part, i) => revivePart(`${where}[${i}]`, part, customObjects));
  if (!isFields(value)) return value;
  return isKind(value.kind) ? revive(where, value, customObjects) : reviveOptions(where, value, customObjects);
}
