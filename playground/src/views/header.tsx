// The name of the page, the language and the colours.

import type { Theme } from "../draw/colors.js";
import { type Language, languageNames } from "../text/language.js";
import { usePage } from "./context.js";

export function Header(props: { onLanguage: (language: Language) => void; onTheme: (theme: Theme) => void }) {
  const { t, language, theme } = usePage();
  return (
    <header class="top">
      <div>
        <h1>
          <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 6 12 4M4 6l8 7M4 18l8-14M4 18l8-5M4 6l8 14M4 18l8 2M12 4l8 8M12 13l8-1M12 20l8-8" />
            <circle cx="4" cy="6" r="2.4" />
            <circle cx="4" cy="18" r="2.4" />
            <circle class="warm" cx="12" cy="4" r="2.4" />
            <circle cx="12" cy="13" r="2.4" />
            <circle class="warm" cx="12" cy="20" r="2.4" />
            <circle cx="20" cy="12" r="2.4" />
          </svg>
          {t.title}
        </h1>
        <p>{t.subtitle}</p>
      </div>
      <div class="preferences">
        <select
          aria-label={t.language}
          value={language}
          onChange={({ currentTarget }) => props.onLanguage(currentTarget.value as Language)}
        >
          {Object.entries(languageNames).map(([key, name]) => (
            <option key={key} value={key} lang={key}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="icon"
          role="switch"
          aria-checked={theme === "dark"}
          aria-label={t.theme}
          title={t.theme}
          onClick={() => props.onTheme(theme === "dark" ? "light" : "dark")}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {theme === "dark" ? (
              <path d="M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m0-11.4L4.9 4.9m14.2 14.2-1.4-1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z" />
            ) : (
              <path d="M20 14.5A8.5 8.5 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z" />
            )}
          </svg>
        </button>
      </div>
    </header>
  );
}
