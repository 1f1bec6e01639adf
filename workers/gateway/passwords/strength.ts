/**
 * How many guesses a password stands, by the lists and patterns that guessers use (zxcvbn). The lists are read when the
 * first password is chosen: most requests never need them, and a worker starts sooner without.
 */
import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** The library's scale of 0 to 4; 3 is more than 10^8 guesses, hopeless for whoever has 120 tries a day. */
const SCORE_MIN = 3;
/** A strong password is strong by these; more would be work for nothing, and the work grows faster than the length. */
const JUDGED_MAX = 64;
/** Ways of reading "p@55w0rd" that are tried. */
const SPELLINGS_MAX = 20;
/** Words that only guessers of ours try. */
const OUR_WORDS = ["edge", "exchange", "edgeexchange", "edge exchange", "stock exchange", "trading", "broker"];
/** What a guesser of this exchange strings together first, with digits and signs in between or at the end. */
const OURS_ALONE = /^(?:edge|exchange|stock|trading|trade|broker|account|market|password|login)+$/;
const SPELT = new Map(Object.entries({ "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s" }));
/** A part of a name that is shorter is in too many words. */
const PART_MIN = 3;

let loaded: Promise<ZxcvbnFactory> | null = null;

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  return new Factory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: JUDGED_MAX,
    l33tMaxSubstitutions: SPELLINGS_MAX,
  });
}

/** True when guessers who know these texts about the person would need long. */
export async function isStrong(password: string, aboutPerson: readonly string[]): Promise<boolean> {
  if (isOursAlone(password)) return false;
  loaded ??= load();
  const judge = await loaded;
  const judged = Array.from(password).slice(0, JUDGED_MAX).join("");
  return judge.check(judged, [...OUR_WORDS, ...aboutPerson.flatMap(partsOf)]).score >= SCORE_MIN;
}

/** True when a password is nothing but such words: separators make it look strong to who does not know them. */
function isOursAlone(password: string): boolean {
  const body = password.toLowerCase().replace(/\P{L}+$/u, "");
  const letters = (text: string): string => text.replaceAll(/\P{L}/gu, "");
  const spelt = Array.from(body, (sign) => SPELT.get(sign) ?? sign).join("");
  return [body, spelt].some((text) => OURS_ALONE.test(letters(text)));
}

/** A text, its words, and its words as one. */
function partsOf(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return [text, words.join(""), ...words].filter((part) => part.length >= PART_MIN);
}
