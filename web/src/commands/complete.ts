/** What may be typed next, and the fuzzy search of actions. */
import type { Expected } from "./command.ts";
import { parse, type FindSymbol } from "./parse.ts";

export interface Completions {
  /** The text before the word that is being typed. */
  readonly base: string;
  /** What is typed of the word. */
  readonly part: string;
  readonly words: readonly string[];
  /** Whether a symbol fits there. */
  readonly symbol: boolean;
  /** Names of values that fit there and cannot be completed. */
  readonly values: readonly Extract<Expected, { kind: "value" }>["name"][];
}

/** The completions of the last word of a text. */
export function complete(text: string, find: FindSymbol): Completions {
  const part = /[^\s<>]*$/.exec(text)?.[0] ?? "";
  const base = text.slice(0, text.length - part.length);
  const { expected } = parse(base, find);
  const words = expected.flatMap((each) => (each.kind === "word" ? [each.word] : []));
  return {
    base,
    part,
    words: words.filter((word) => word.startsWith(part.toLowerCase()) && word !== part.toLowerCase()),
    symbol: expected.some(({ kind }) => kind === "symbol"),
    values: expected.flatMap((each) => (each.kind === "value" ? [each.name] : [])),
  };
}

/**
 * How well a text matches what is searched: the letters in their sequence, better at the beginnings of words and side by
 * side. Null: not at all.
 */
export function score(text: string, wanted: string): number | null {
  const [haystack, needle] = [text.toLowerCase(), wanted.trim().toLowerCase()];
  if (needle === "") return 0;
  const whole = haystack.indexOf(needle);
  if (whole >= 0) return 100 - whole + (isStart(haystack, whole) ? 50 : 0);
  let [at, points] = [-1, 0];
  for (const letter of needle.replaceAll(" ", "")) {
    const next = haystack.indexOf(letter, at + 1);
    if (next < 0) return null;
    points += next === at + 1 ? 3 : isStart(haystack, next) ? 2 : 0;
    at = next;
  }
  // Letters that are scattered over a sentence are no match.
  return points >= needle.length ? points : null;
}

function isStart(text: string, at: number): boolean {
  return at === 0 || /[\s:(]/.test(text[at - 1] ?? "");
}

/** The best matches, best first. */
export function search<T>(all: readonly T[], textOf: (one: T) => string, wanted: string, most: number): T[] {
  return all
    .flatMap((one) => {
      const points = score(textOf(one), wanted);
      return points === null ? [] : [{ one, points }];
    })
    .sort((a, b) => b.points - a.points)
    .slice(0, most)
    .map(({ one }) => one);
}
