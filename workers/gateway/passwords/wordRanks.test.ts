import { expect, test } from "vitest";
import { WordRanks } from "./wordRanks.ts";

test("words have the ranks of their positions, and other words none", async () => {
  const { dictionary } = await import("@zxcvbn-ts/language-en");
  const words = dictionary["lastnames-en"];
  const ranks = new WordRanks(words);
  expect(words.length).toBeGreaterThan(80_000);
  const wrong = words.filter((word, index) => ranks.rankOf(word) !== index + 1);
  expect(wrong).toEqual([]);
  const known = new Set(words);
  const others = words.flatMap((word) => [`${word}q`, `x${word}`, word.slice(1)]).filter((word) => !known.has(word));
  expect(others.filter((word) => ranks.rankOf(word) !== undefined)).toEqual([]);
  expect(ranks.longest).toBe(words.reduce((longest, { length }) => Math.max(longest, length), 0));
});

test("a list may be empty, and a repeated word has its last rank", () => {
  expect(new WordRanks([]).rankOf("a")).toBeUndefined();
  expect(new WordRanks([]).longest).toBe(0);
  const ranks = new WordRanks(["a", "", "a"]);
  expect([ranks.rankOf("a"), ranks.rankOf(""), ranks.rankOf("b")]).toEqual([3, 2, undefined]);
});
