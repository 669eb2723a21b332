// Texts and integers as numbers of a vocabulary that is given or learnt.

import { turnIfDue } from "../backends/time-slice.js";
import { checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import { type Tensor, type TensorInput, toTensor } from "../tensor.js";
import { checkMode, type EncodingMode, encodingModes } from "./encoding.js";
import { encodeNumbers, hashText, readTokens, type Tokens } from "./tokens.js";

export interface LookupOptions<Token extends string | number> {
  /** The known tokens in the order of their numbers, without the special ones. Default: what `adapt` finds. */
  vocabulary?: readonly Token[];
  /** The largest size of the vocabulary that `adapt` learns, special tokens included; default no limit. */
  maxTokens?: number;
  /** How many numbers unknown tokens share; 0 refuses unknown tokens. Default 1. */
  numOovIndices?: number;
  /** A token for missing values, which gets the number 0, and counts nothing in the other modes. Default none. */
  maskToken?: Token;
  /** What `invert` gives for the numbers of unknown tokens; default "[UNK]", or -1 for integers. */
  oovToken?: Token;
  /** "int" for numbers, or as in `layers.categoryEncoding`. Default "int". */
  outputMode?: "int" | EncodingMode;
}

const optionNames = ["vocabulary", "maxTokens", "numOovIndices", "maskToken", "oovToken", "outputMode"];

/** Turns tokens into numbers. It is applied to arrays, before a model sees them; it is no layer of a model. */
export class Lookup<Token extends string | number> {
  readonly type: string;
  readonly outputMode: "int" | EncodingMode;
  readonly #kind: "string" | "integer";
  readonly #options: LookupOptions<Token>;
  readonly #oovIndices: number;
  readonly #oovToken: Token;
  readonly #numbers = new Map<Token, number>();

  /** Use `layers.stringLookup` and `layers.integerLookup`. */
  constructor(kind: "string" | "integer", options: LookupOptions<Token>) {
    this.type = `${kind}Lookup`;
    checkOptions(this.type, options, optionNames);
    this.#kind = kind;
    this.#options = options;
    this.#oovIndices = checkInteger(this.type, "numOovIndices", options.numOovIndices ?? 1, 0);
    this.#oovToken = options.oovToken ?? ((kind === "string" ? "[UNK]" : -1) as Token);
    this.outputMode = checkMode(this.type, options.outputMode ?? "int", ["int", ...encodingModes]);
    const { maxTokens, maskToken, vocabulary } = options;
    if (maxTokens !== undefined) checkInteger(this.type, "maxTokens", maxTokens, this.#firstNumber + 1);
    readTokens(`${this.type}, oovToken`, [this.#oovToken], kind);
    if (maskToken !== undefined) readTokens(`${this.type}, maskToken`, [maskToken], kind);
    if (vocabulary !== undefined) this.#learn(`${this.type}, vocabulary`, vocabulary);
  }

  /** The number of numbers, those of the special tokens included: the `inputDim` of an embedding, the width of the encodings. */
  get vocabularySize(): number {
    return this.#firstNumber + this.#numbers.size;
  }

  /** The tokens in the order of their numbers; by default with the special ones in front. */
  getVocabulary({ includeSpecialTokens = true } = {}): Token[] {
    return [...(includeSpecialTokens ? this.#specialTokens : []), ...this.#numbers.keys()];
  }

  /**
   * Learns the vocabulary: all tokens of the data, the most frequent ones first, of equally frequent ones the larger first.
   * What was known before is forgotten.
   *
   * @throws TypeError for values that are no tokens; nothing is learnt then.
   */
  async adapt(data: Tokens<Token> | AsyncIterable<Tokens<Token>>): Promise<void> {
    const counts = new Map<Token, number>();
    const parts = Symbol.asyncIterator in data ? data : [data];
    for await (const part of parts) {
      for (const row of readTokens(`${this.type}, adapt`, part, this.#kind).rows) {
        for (const token of row) counts.set(token, (counts.get(token) ?? 0) + 1);
        await turnIfDue();
      }
    }
    counts.delete(this.#oovToken);
    if (this.#options.maskToken !== undefined) counts.delete(this.#options.maskToken);
    const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? 1 : -1)).map(([token]) => token);
    const limit = (this.#options.maxTokens ?? Number.POSITIVE_INFINITY) - this.#firstNumber;
    this.#learn(`${this.type}, adapt`, sorted.slice(0, limit));
  }

  /**
   * The numbers of tokens: a tensor of the shape of the values for "int", or the encodings of `layers.categoryEncoding`. An array
   * of tokens is a row for each.
   *
   * @throws TypeError for values that are no tokens, and before there is a vocabulary; RangeError for unknown tokens when
   * numOovIndices is 0; ShapeError for rows of several lengths, except for "multiHot" and "count".
   */
  apply(values: Tokens<Token>): Tensor {
    const where = `${this.type}, apply`;
    this.#checkReady(where);
    const { rows, flat } = readTokens(where, values, this.#kind);
    const numbers = rows.map((row) => row.map((token) => this.#numberOf(where, token)));
    return encodeNumbers(where, { rows: numbers, flat }, this.outputMode, this.vocabularySize);
  }

  /**
   * The tokens of numbers, as nested arrays of the same shape; numbers that belong to none give the token of the unknown.
   * Keras has a layer with `invert: true` for it.
   */
  invert(numbers: TensorInput): Token[] | Token[][] {
    const where = `${this.type}, invert`;
    this.#checkReady(where);
    const { data, shape } = toTensor(numbers, undefined, where);
    const vocabulary = this.getVocabulary();
    const tokens = Array.from(data, (number) => vocabulary[number] ?? this.#oovToken);
    if (shape.length < 2) return tokens;
    const width = tokens.length / (shape[0] as number);
    return Array.from({ length: shape[0] as number }, (_, i) => tokens.slice(i * width, (i + 1) * width));
  }

  /** The special tokens in front: that of missing values has a number in the mode "int" alone. */
  get #specialTokens(): Token[] {
    const { maskToken } = this.#options;
    const mask = maskToken === undefined || this.outputMode !== "int" ? [] : [maskToken];
    return [...mask, ...new Array<Token>(this.#oovIndices).fill(this.#oovToken)];
  }

  get #firstNumber(): number {
    return this.#specialTokens.length;
  }

  #learn(where: string, tokens: readonly Token[]): void {
    const checked = readTokens(where, tokens, this.#kind).rows.map(([token]) => token as Token);
    const special: readonly (Token | undefined)[] = [this.#options.maskToken, this.#oovToken];
    const seen = new Set<Token>();
    for (const token of checked) {
      if (seen.has(token)) throw new RangeError(explain(where, "expected each token once", describeValue(token)));
      if (special.includes(token)) {
        throw new RangeError(explain(where, "expected tokens besides the special ones", describeValue(token)));
      }
      seen.add(token);
    }
    this.#numbers.clear();
    for (const token of checked) this.#numbers.set(token, this.vocabularySize);
  }

  #checkReady(where: string): void {
    if (this.#numbers.size > 0) return;
    const remedy = "Give it a vocabulary or call adapt(values) first.";
    throw new TypeError(explain(where, "expected a vocabulary", "none", remedy));
  }

  #numberOf(where: string, token: Token): number {
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    if (token === this.#options.maskToken) return this.outputMode === "int" ? 0 : -1;
    if (this.#oovIndices > 0) return this.#firstNumber - this.#oovIndices + bucketOf(token, this.#oovIndices);
    const remedy = "Use numOovIndices: 1 for unknown tokens.";
    throw new RangeError(explain(where, "expected tokens of the vocabulary", describeValue(token), remedy));
  }
}

/** Integers by their remainder, as Keras; texts by a hash. */
function bucketOf(token: string | number, buckets: number): number {
  if (typeof token === "string") return hashText(token) % buckets;
  return ((token % buckets) + buckets) % buckets;
}

/**
 * Turns strings into numbers, or into vectors of ones and zeros.
 *
 * Numbers in the mode "int": 0 for `maskToken` if there is one, then `numOovIndices` numbers for unknown strings, then the
 * vocabulary. The other modes leave out `maskToken`. Programs know no strings, so it is applied to arrays before the model.
 * Follows keras.layers.StringLookup; several numbers for unknown strings are assigned by another hash.
 *
 * @throws RangeError for a token twice; TypeError for a vocabulary that is no array of strings.
 * @example
 * const cities = layers.stringLookup({ outputMode: "oneHot" });
 * await cities.adapt(["Oslo", "Rome", "Oslo"]);
 * cities.apply(["Rome", "Paris"]).toArray(); // [[0, 0, 1], [1, 0, 0]]
 */
export function stringLookup(options: LookupOptions<string> = {}): Lookup<string> {
  return new Lookup("string", options);
}

/**
 * Turns integers of any size into the numbers of a vocabulary, as `layers.stringLookup` does with strings. Unknown integers are
 * spread over `numOovIndices` by their remainder. Follows keras.layers.IntegerLookup.
 *
 * @throws RangeError for a token twice; TypeError for a vocabulary that is no array of integers.
 * @example
 * layers.integerLookup({ vocabulary: [12, 36, 1138] }).apply([36, 7]).toArray(); // [2, 0]
 */
export function integerLookup(options: LookupOptions<number> = {}): Lookup<number> {
  return new Lookup("integer", options);
}
