import { expect, test } from "vitest";
import { CallSequences } from "./callSequences.ts";

const later = <T>(value: T): { promise: Promise<T>; finish: () => void } => {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, finish: () => resolve(value) };
};

test("WS-24: the calls of a sequence are prepared one after another; other calls do not wait for them", async () => {
  const sequences = new CallSequences();
  const ended: string[] = [];
  const slow = later("slow");
  const note = (name: string) => () => void ended.push(name);
  const first = sequences.run("a", () => slow.promise).then(note("first"));
  const second = sequences.run("a", async () => {}).then(note("second"));
  await sequences.run("b", async () => {}).then(note("other"));
  await sequences.run(undefined, async () => {}).then(note("single"));
  expect(ended).toEqual(["other", "single"]);
  slow.finish();
  await Promise.all([first, second]);
  expect(ended).toEqual(["other", "single", "first", "second"]);
});

test("a call that fails does not hold the next one, and fails alone", async () => {
  const sequences = new CallSequences();
  const failing = sequences.run("a", () => Promise.reject(new Error("no book")));
  const next = sequences.run("a", async () => 7);
  await expect(failing).rejects.toThrow("no book");
  expect(await next).toBe(7);
  expect(await sequences.run("a", async () => 8)).toBe(8);
});
