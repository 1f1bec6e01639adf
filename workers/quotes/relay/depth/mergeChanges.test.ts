import fc from "fast-check";
import { expect, test } from "vitest";
import { newFeed } from "../../../../durable-objects/orderbook/testing.ts";
import { INTERVAL_MAX_MS } from "../../../../durable-objects/orderbook/publicationPace.ts";
import type { DepthPart } from "../../../../protocol/rpc/orderBook.ts";
import { DepthCopy, type DepthFrameElement } from "../../../../protocol/mapping/testing.ts";
import { ConflationBuffer, updateOfSegment } from "../conflation.ts";
import { depthElementsOf, MERGED_AT, mergedElement } from "./mergeChanges.ts";

const BOTH: readonly DepthPart[] = ["depth", "orders"];
const line = fc.tuple(
  fc.constantFrom("buy", "sell", "cancel"),
  fc.integer({ min: 98, max: 102 }),
  fc.integer({ min: 1, max: 6 }),
);

/** The elements of a busy book, the first of which is a snapshot. */
function busyBook(lines: readonly (readonly [word: string, dollars: number, qty: number])[]) {
  const { commit, cancel, wait, published, audience } = newFeed();
  for (const part of BOTH) audience.depth.add(part);
  let placed = 0;
  for (const [word, dollars, qty] of lines) {
    if (word === "cancel") cancel(`o${Math.max(1, placed - qty)}`);
    else {
      placed++;
      commit(`${word} ${dollars * 10_000} ${qty}`);
    }
    wait(INTERVAL_MAX_MS);
  }
  return published.map(({ segment }) => segment);
}

const take = (copy: DepthCopy, bytes: Uint8Array) => {
  for (const element of depthElementsOf(bytes)) copy.take(element);
};
const rows = (copy: DepthCopy) => ({ b: copy.rows("b"), a: copy.rows("a") });

test("MD-103: elements merged to one lead to the same book, wherever they are merged", () => {
  const lines = fc.array(line, { minLength: 3, maxLength: 40, size: "max" });
  fc.assert(
    fc.property(lines, fc.constantFrom(...BOTH), fc.nat(), fc.nat(), (made, part, from, count) => {
      const all = busyBook(made).flatMap((segment) => segment[part]?.bytes ?? []);
      if (all.length === 0) return;
      const begin = from % all.length;
      const end = begin + 1 + (count % (all.length - begin));
      const [each, merged] = [new DepthCopy(), new DepthCopy()];
      for (const bytes of all) take(each, bytes);
      const parts = [...all.slice(0, begin), mergedElement(all.slice(begin, end)), ...all.slice(end)];
      for (const bytes of parts) take(merged, bytes);
      expect(rows(merged)).toEqual(rows(each));
      expect(merged.seq).toBe(each.seq);
    }),
  );
});

test("MD-103: what waits for a slow subscriber is merged, so that it stays about as large as the book", () => {
  const bids = Array.from({ length: 400 }, (_, nth) => ["buy", 98 + (nth % 2), 1] as const);
  const segments = busyBook(bids);
  const buffer = new ConflationBuffer();
  const sizes = segments.map((segment) => {
    buffer.add(updateOfSegment(segment), (channel) => channel === "depth");
    return buffer.bytes;
  });
  expect(Math.max(...sizes)).toBeLessThan(MERGED_AT * 200);
  const copy = new DepthCopy();
  const elements = JSON.parse(String(buffer.take("json"))) as DepthFrameElement[];
  expect(elements.length).toBeLessThanOrEqual(MERGED_AT);
  for (const element of elements) copy.take(element);
  expect(copy.rows("b")).toEqual([
    { p: 99, s: 200 },
    { p: 98, s: 200 },
  ]);
  // Other slow subscribers share the merged elements.
  const [one, two] = [new ConflationBuffer(), new ConflationBuffer()];
  const updates = segments.slice(0, MERGED_AT).map(updateOfSegment);
  for (const other of [one, two]) for (const update of updates) other.add(update, (channel) => channel === "orders");
  expect(one.bytes).toBe(two.bytes);
});
