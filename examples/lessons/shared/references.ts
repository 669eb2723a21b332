// Texts of lessons refer to results by links: `a loss of [0.29837](#loss)`. What stands in the link is what the lesson gave,
// to the digits that the text shows: a page puts the numbers of its own run there, and a test compares them with the text.

const numeral = /[-−]?\d[\d,]*(?:\.\d+)?(?:e[-−+]?\d+)?/g;

/** The text of a link with its numerals replaced by values, each written as the numeral that it replaces; `%` multiplies by 100. */
export function fillIn(text: string, values: readonly number[]): string {
  let next = 0;
  const percent = text.includes("%") ? 100 : 1;
  const filled = text.replace(numeral, (written) => {
    const value = values[next++];
    return value === undefined ? "missing" : writeLike(written, value * percent);
  });
  return next >= values.length ? filled : `${filled} (of ${values.length} values)`;
}

function writeLike(written: string, value: number): string {
  const [mantissa = "", exponent] = written.replaceAll(",", "").split("e");
  const digits = mantissa.split(".")[1]?.length ?? 0;
  const text =
    exponent !== undefined
      ? value.toExponential(digits).replace("e+", "e")
      : written.includes(",")
        ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
        : value.toFixed(digits);
  const signed = Number(text.replaceAll(",", "")) === 0 ? text.replace("-", "") : text;
  return written.startsWith("−") ? signed.replace(/^-/, "−") : signed;
}

/** A link to a result or a picture of the lesson. */
export const reference = /\[([^\]]+)\]\(#([\w-]+)\)/g;

/** All references of a text, in order. */
export function referencesIn(text: string): { text: string; name: string }[] {
  return [...text.matchAll(reference)].map(([, shown = "", name = ""]) => ({ text: shown, name }));
}

/** The numerals of a text that stand outside of references and addresses; not those of words such as float32. */
export function bareNumerals(text: string): string[] {
  const plain = text.replace(reference, "").replace(/\]\([^)]*\)/g, "]");
  return plain.replace(/[A-Za-z]+\d+/g, "").match(numeral) ?? [];
}
