/** The words of the field, held by a check: no name and no sentence uses one that was replaced. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, readSources } from "./sources.ts";
import { BANNED, bannedWords, wordsOf } from "./vocabulary.ts";

const OWN = /^test\/tidy\/vocabulary/;

/** Pages that people wrote; the generated ones are made of sources that are checked. */
function readPages(): { path: string; text: string }[] {
  const names = [
    ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  return names.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

test("no name and no sentence uses a word that was replaced", () => {
  const texts = [...readSources().filter(({ path }) => !OWN.test(path)), ...readPages()];
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.flatMap(({ path, text }) => [...bannedWords(path, path, BANNED), ...bannedWords(path, text)])).toEqual(
    [],
  );
});

test("a banned word is found in prose, in names, over the end of a line, and not where it is excepted", () => {
  const banned = [{ words: ["ride home"], instead: "piggyback", except: /stored/ }];
  expect(wordsOf("const rideHome = RIDE_HOME; // XMLRider")).toBe("const ride home ride home xml rider");
  expect(bannedWords("a.ts", "messages ride\n * home on answers", banned)).toEqual(["a.ts:1: ride home (piggyback)"]);
  expect(bannedWords("a.ts", "x();\nrideHome();", banned)).toEqual(["a.ts:2: ride home (piggyback)"]);
  expect(bannedWords("a.ts", "rideHome(); // stored", banned)).toEqual([]);
  expect(bannedWords("a.ts", "bride home", banned)).toEqual([]);
});
