import { expect, test } from "vitest";
import { SharedReader } from "./reader.ts";

/** A reader whose readings end when the test says so. */
function rig() {
  const begun: { end(): void; fail(): void }[] = [];
  const reader = new SharedReader(
    () => new Promise((resolve, reject) => void begun.push({ end: resolve, fail: () => reject(new Error("away")) })),
  );
  return { reader, begun };
}

test("PA-10: one reading at a time; a caller waits for one that began after its call, and shares it with others", async () => {
  const { reader, begun } = rig();
  const ended: string[] = [];
  const read = (name: string) => reader.read().then(() => ended.push(name));
  const first = read("a");
  const others = [read("b"), read("c")];
  expect(begun).toHaveLength(1);
  begun[0]?.end();
  await first;
  expect([ended, begun.length]).toEqual([["a"], 2]);
  const last = read("d");
  begun[1]?.end();
  await Promise.all(others);
  expect([ended, begun.length]).toEqual([["a", "b", "c"], 3]);
  begun[2]?.end();
  await last;
  void read("e");
  expect(begun).toHaveLength(4);
});

test("PA-11: a reading that fails rejects for those who waited for it, and the next one begins", async () => {
  const { reader, begun } = rig();
  const first = reader.read();
  const second = reader.read();
  begun[0]?.fail();
  await expect(first).rejects.toThrow("away");
  begun[1]?.end();
  await second;
  expect(begun).toHaveLength(2);
});
