/**
 * Estimates the guesses that a password takes, by the lists and patterns that attackers use (zxcvbn). The lists are
 * loaded with the first password that is chosen: most requests never need them, and the worker starts faster.
 */
import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { WordRanks } from "./wordRanks.ts";

/** The library's score, 0 to 4; 3 is more than 10^8 guesses, while the throttle allows 120 a day. */
const SCORE_MIN = 3;
/** Characters that are judged. Judging takes longer than linear time, and these suffice for a strong password. */
const JUDGED_MAX = 64;
/** Spellings of a word such as "p@55w0rd" that are tried. */
const SPELLINGS_MAX = 20;
/** Words that attackers of this exchange would try. */
const OUR_WORDS = ["edge", "exchange", "edgeexchange", "edge exchange", "stock exchange", "trading", "broker"];
/**
 * Combinations of words of an exchange, which attackers would try first, with digits and signs between or after them.
 */
const OURS_ALONE = /^(?:edge|exchange|stock|trading|trade|broker|account|market|password|login)+$/;
const SPELT = new Map(Object.entries({ "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s" }));
/** Shorter parts of a name occur in too many words. */
const PART_MIN = 3;

/** Lists of fewer words stay as the library makes them. */
const SMALL_LIST = 200;

let loaded: Promise<ZxcvbnFactory> | null = null;

async function load(): Promise<ZxcvbnFactory> {
  const [{ Options, ZxcvbnFactory: Factory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  const lists: Record<string, string[]> = { ...common.dictionary, ...english.dictionary };
  const judge = new Factory({
    dictionary: Object.fromEntries(Object.entries(lists).filter(([, words]) => words.length < SMALL_LIST)),
    graphs: common.adjacencyGraphs,
    maxLength: JUDGED_MAX,
    l33tMaxSubstitutions: SPELLINGS_MAX,
  });
  const options: unknown = Reflect.get(judge, "options");
  if (!(options instanceof Options)) throw new Error("zxcvbn keeps its options elsewhere");
  for (const [name, words] of Object.entries(lists)) {
    if (words.length < SMALL_LIST) continue;
    const ranks = new WordRanks(words);
    options.rankedDictionaries[name] = lookup(ranks);
    options.rankedDictionariesMaxWordSize[name] = ranks.longest;
    // The library's modules keep the list for ever.
    words.length = 0;
  }
  return judge;
}

/** Ranks as zxcvbn reads them: a property for each word. */
function lookup(ranks: WordRanks): Record<string, number> {
  return new Proxy({}, { get: (_target, word) => (typeof word === "string" ? ranks.rankOf(word) : undefined) });
}

/** True when an attacker who knows these texts about the person needs more than 10^8 guesses. */
export async function isStrong(password: string, aboutPerson: readonly string[]): Promise<boolean> {
  if (isOursAlone(password)) return false;
  loaded ??= load();
  const judge = await loaded;
  const judged = Array.from(password).slice(0, JUDGED_MAX).join("");
  return judge.check(judged, [...OUR_WORDS, ...aboutPerson.flatMap(partsOf)]).score >= SCORE_MIN;
}

/** True when a password consists of such words only: the library takes the separators for strength. */
function isOursAlone(password: string): boolean {
  const body = password.toLowerCase().replace(/\P{L}+$/u, "");
  const letters = (text: string): string => text.replaceAll(/\P{L}/gu, "");
  const spelt = Array.from(body, (sign) => SPELT.get(sign) ?? sign).join("");
  return [body, spelt].some((text) => OURS_ALONE.test(letters(text)));
}

/** A text, its words, and its words joined. */
function partsOf(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return [text, words.join(""), ...words].filter((part) => part.length >= PART_MIN);
}
