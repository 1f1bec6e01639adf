import { expect, test } from "vitest";
import { TEST_SLOT_MS } from "../../../domain/market/testFeed.ts";
import { decodeSegment } from "../../../protocol/stream/segment.ts";
import { TestFeed } from "./testFeed.ts";

/** Just before a minute ends. */
const BEGIN = Date.parse("2026-11-20T11:00:00-05:00") - 1_200;

function feed() {
  const world = { now: BEGIN, subscribers: 1, timers: [] as { at: number; run: () => void }[] };
  const sent: string[] = [];
  const made = new TestFeed({
    hasSubscribers: () => world.subscribers > 0,
    send: ({ parts }) => {
      for (const { elements } of parts) {
        const [element] = decodeSegment(elements.bytes) as { T: string; seq?: number }[];
        sent.push(`${element?.T ?? ""}${element?.seq === undefined ? "" : element.seq % 120}`);
      }
    },
    now: () => world.now,
    after: (ms, run) => void world.timers.push({ at: world.now + ms, run }),
  });
  const wait = (ms: number, lateMs = 0) => {
    const until = world.now + ms;
    for (let [next] = world.timers; next !== undefined && next.at <= until; [next] = world.timers) {
      world.timers.shift();
      world.now = next.at + lateMs;
      next.run();
    }
    world.now = until;
  };
  return { world, sent, made, wait };
}

test("MD-93: sends each slot at its time, and the bar with the end of the minute", () => {
  const { sent, made, wait } = feed();
  made.start();
  made.start();
  wait(1_199);
  expect(sent).toEqual(["t118", "q118", "q119"]);
  wait(1);
  expect(sent.slice(3)).toEqual(["t0", "q0", "b"]);
});

test("MD-93: a late timer loses no trade and no bar, and sends no old quote", () => {
  const { sent, made, wait } = feed();
  made.start();
  wait(200);
  wait(600, 2 * TEST_SLOT_MS);
  expect(sent).toEqual(["t118", "q118", "t0", "b", "q1"]);
});

test("MD-93: has no timer without subscribers", () => {
  const { world, sent, made, wait } = feed();
  world.subscribers = 0;
  made.start();
  expect(world.timers).toEqual([]);
  world.subscribers = 1;
  made.start();
  wait(200);
  world.subscribers = 0;
  wait(10_000);
  expect(sent).toHaveLength(2);
  expect(world.timers).toEqual([]);
  world.subscribers = 1;
  made.start();
  wait(TEST_SLOT_MS);
  expect(sent.length).toBeGreaterThan(2);
});
