// Which language and which colours: what the user chose last, else what the browser asks for.

import type { Theme } from "../draw/colors.js";
import { en, type Texts } from "./en.js";
import { ko } from "./ko.js";

export type Language = "en" | "ko";

export const texts: Readonly<Record<Language, Texts>> = { en, ko };
export const languageNames: Readonly<Record<Language, string>> = { en: "English", ko: "한국어" };

export function firstLanguage(kept: string | null, wanted: readonly string[]): Language {
  if (kept === "en" || kept === "ko") return kept;
  const known = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "en" || tag === "ko");
  return (known as Language | undefined) ?? "en";
}

export function firstTheme(kept: string | null, dark: boolean): Theme {
  if (kept === "light" || kept === "dark") return kept;
  return dark ? "dark" : "light";
}

/** Storage may be forbidden: then nothing is kept. */
export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(`feedforward-${key}`);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`feedforward-${key}`, value);
  } catch {
    // It will be as by default next time.
  }
}
