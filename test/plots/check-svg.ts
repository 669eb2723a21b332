// Reads SVG and HTML that we write: an error for markup that is not well-formed, its elements and texts otherwise.

import { expect } from "vitest";

export interface Markup {
  /** The texts of all elements, in order. */
  readonly texts: readonly string[];
  /** The attributes of all elements of this name. */
  all(name: string): Readonly<Record<string, string>>[];
  count(name: string): number;
}

const token = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<>]+)/y;

/** Checks that every element is closed in order and every sign is escaped. */
export function checkMarkup(markup: string, open: readonly string[] = []): Markup {
  const stack: string[] = [];
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const texts: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < markup.length) {
    const place = token.lastIndex;
    const match = token.exec(markup);
    if (match === null) throw new Error(`not well-formed at ${place}: ${markup.slice(place, place + 60)}`);
    const [, closing, name = "", attributes = "", closed, text] = match;
    if (text !== undefined) {
      expect(text.replace(/&(amp|lt|gt|quot);/g, "")).not.toContain("&");
      if (text.trim() !== "") texts.push(unescaped(text));
    } else if (closing === "/") expect(stack.pop()).toBe(name);
    else {
      elements.push({ name, attributes: Object.fromEntries(pairs(attributes)) });
      if (closed !== "/" && !open.includes(name)) stack.push(name);
    }
  }
  expect(stack).toEqual([]);
  const all = (name: string) => elements.filter((one) => one.name === name).map(({ attributes }) => attributes);
  return { texts, all, count: (name) => all(name).length };
}

/** A document with one svg element, in which every number is finite and everything has a place. */
export function checkSvg(svg: string): Markup {
  const markup = checkMarkup(svg);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(markup.count("title")).toBe(1);
  return markup;
}

function pairs(attributes: string): [string, string][] {
  return [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, unescaped(value)]);
}

function unescaped(text: string): string {
  const signs: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  return text.replace(/&(lt|gt|quot|amp);/g, (entity) => signs[entity] as string);
}
