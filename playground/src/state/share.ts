// The choices as the fragment of an address: `#data=spiral&hidden=12,8`. What is as by default is left out; what is not valid is
// ignored and named.

import { type Config, defaults, readConfig } from "./config.js";

export function toHash(config: Config): string {
  const parameters = new URLSearchParams();
  for (const key of Object.keys(defaults) as (keyof Config)[]) {
    const value = String(config[key]);
    if (value !== String(defaults[key])) parameters.set(key, value);
  }
  // Commas may stand in a fragment as they are.
  return parameters.toString().replaceAll("%2C", ",");
}

export function fromHash(hash: string): { config: Config; ignored: string[] } {
  const given: [string, unknown][] = [];
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) given.push([key, parse(key, text)]);
  return readConfig(Object.fromEntries(given));
}

function parse(key: string, text: string): unknown {
  if (key === "hidden") return text === "" ? [] : text.split(",").map(numberOf);
  return Object.hasOwn(defaults, key) && typeof defaults[key as keyof Config] === "number" ? numberOf(text) : text;
}

function numberOf(text: string): number {
  return /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
