// The first page: all lessons.

import { type Language, lessons } from "./lessons.js";

const titles = { en: "Multilayer perceptrons, lesson by lesson", ko: "다층 퍼셉트론, 한 걸음씩" };
const asked = new URLSearchParams(location.search).get("lang");
const language: Language = asked === "ko" || (asked === null && navigator.language.startsWith("ko")) ? "ko" : "en";

document.documentElement.lang = language;
document.title = titles[language];
const heading = document.createElement("h1");
heading.textContent = titles[language];
const list = document.createElement("ol");
for (const { name, [language]: title } of lessons) {
  const link = document.createElement("a");
  link.href = `./${name}/index.html?lang=${language}`;
  link.textContent = title;
  const item = document.createElement("li");
  item.append(link);
  list.append(item);
}
const other = document.createElement("a");
other.href = language === "en" ? "?lang=ko" : "?lang=en";
other.textContent = language === "en" ? "한국어" : "English";
document.querySelector("nav")?.append(other);
document.querySelector("main")?.append(heading, list);
