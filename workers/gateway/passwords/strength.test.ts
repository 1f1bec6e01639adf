import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";
import { expect, test } from "vitest";
import { isStrong } from "./strength.ts";

const lists: Record<string, string[]> = { ...common.dictionary, ...english.dictionary };

test("ID-7: passwords are judged as by the library with lists of its own", async () => {
  const dictionary = Object.fromEntries(Object.entries(lists).map(([name, words]) => [name, [...words]]));
  const own = new ZxcvbnFactory({
    dictionary,
    graphs: common.adjacencyGraphs,
    maxLength: 64,
    l33tMaxSubstitutions: 20,
  });
  const passwords = Object.values(dictionary).flatMap((words, list) =>
    Array.from({ length: 12 }, (_, i) => {
      const at = (share: number): string => words[Math.floor(words.length * share * ((i + 1) / 13))] ?? "";
      return [at(0.01), at(0.9), ["", "4$", "2001", "-"][(i + list) % 4]].join(i % 2 === 0 ? "" : " ");
    }),
  );
  const strong = await Promise.all(passwords.map((password) => isStrong(password, [])));
  const score = (password: string): number => own.check(password, []).score;
  expect(strong).toEqual(passwords.map((password) => score(password) >= 3));
  // Both verdicts occur, so that the comparison tells something.
  expect(new Set(strong).size).toBe(2);
});

test("once the ranks are read, the lists of the library are empty", async () => {
  await isStrong("a tidy horse counts", []);
  const left = Object.entries(lists).filter(([, words]) => words.length > 200);
  expect(left.map(([name]) => name)).toEqual([]);
});
