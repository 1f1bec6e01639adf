import { expect, test } from "vitest";
import type { FeedQuote, FeedState } from "../../domain/market/feeds/feed.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { FeedReport } from "../../protocol/rpc/feed.ts";
import { FollowedSymbols } from "./followed.ts";
import { settled, TestClock } from "./testing.ts";

const AAPL = requireInstrument("AAPL");
const quote = (at: number): FeedQuote => ({ kind: "quote", symbol: "AAPL", bid: null, ask: null, at, sequence: null });

/** Followed symbols, and books that keep what they get. */
function followedSymbols() {
  const clock = new TestClock();
  const reports: FeedReport[] = [];
  const requests: string[][] = [];
  const set = { keep: true, away: false, state: "live" as FeedState, gate: Promise.resolve() };
  const followed = new FollowedSymbols({
    report: async (report) => {
      reports.push(report);
      await set.gate;
      if (set.away) throw new Error("away");
      return { keep: set.keep };
    },
    state: () => set.state,
    changed: (instruments) => requests.push([...instruments.keys()]),
    now: () => clock.now,
    after: (ms, run) => clock.after(ms, run),
    log: () => undefined,
  });
  return { followed, clock, reports, requests, set };
}

test("MD-113: a book gets the first change at once, and at most ten reports a second", async () => {
  const { followed, clock, reports, requests } = followedSymbols();
  followed.follow(AAPL);
  followed.follow(AAPL);
  expect(requests).toEqual([["AAPL"]]);
  for (let at = 1; at <= 1_000; at++) {
    followed.add([quote(at)]);
    await clock.advance(1);
  }
  await clock.advance(100);
  expect(reports.length).toBeLessThanOrEqual(11);
  expect([reports[0]?.quote?.at, reports.at(-1)?.quote?.at]).toEqual([1, 1_000]);
  expect(followed.counts).toEqual({ items: 1_000, dropped: 0 });
});

test("MD-113: one report is in flight; what arrives meanwhile is in the next one", async () => {
  const { followed, clock, reports, set } = followedSymbols();
  let open = (): void => undefined;
  set.gate = new Promise((resolve) => {
    open = resolve;
  });
  followed.follow(AAPL);
  followed.add([quote(1)]);
  await clock.advance(500);
  followed.add([quote(2), quote(3)]);
  await clock.advance(500);
  expect(reports).toHaveLength(1);
  open();
  await clock.advance(100);
  expect(reports.map((report) => report.quote?.at)).toEqual([1, 3]);
});

test("MD-110: a change of state is reported to every book, and the state every five seconds without one", async () => {
  const { followed, clock, reports, set } = followedSymbols();
  followed.follow(AAPL);
  followed.follow(requireInstrument("MSFT"));
  set.state = "stale";
  followed.stateChanged();
  await clock.advance(1_000);
  expect(reports.map(({ symbol, state }) => [symbol, state])).toEqual([
    ["AAPL", "stale"],
    ["MSFT", "stale"],
  ]);
  for (let second = 0; second < 10; second++) {
    await clock.advance(1_000);
    followed.tick();
  }
  await settled();
  expect(reports).toHaveLength(6);
});

test("MD-114: a symbol that its book need not follow is left, but not when the book has asked again meanwhile", async () => {
  const { followed, clock, requests, set } = followedSymbols();
  set.keep = false;
  followed.follow(AAPL);
  followed.add([quote(1)]);
  followed.follow(AAPL);
  await settled();
  expect(requests.at(-1)).toEqual(["AAPL"]);
  await clock.advance(100);
  followed.add([quote(2)]);
  await settled();
  expect([requests.at(-1), followed.all("AAPL").quote]).toEqual([[], null]);
});

test("MD-114: a book that does not answer for a minute is left", async () => {
  const { followed, clock, reports, requests, set } = followedSymbols();
  set.away = true;
  followed.follow(AAPL);
  followed.add([quote(1)]);
  for (let second = 0; second < 70; second++) {
    await clock.advance(1_000);
    followed.tick();
  }
  expect([reports.length, requests.at(-1)]).toEqual([12, []]);
});

test("MD-114: an instrument with another version is asked for anew", () => {
  const { followed, requests } = followedSymbols();
  followed.follow(AAPL);
  followed.follow({ ...AAPL, tick: 500, version: 1 });
  expect(requests).toHaveLength(2);
  expect(followed.instruments.get("AAPL")?.tick).toBe(500);
});

test("MD-114: a status is forgotten with its connection, the newest quote is not", async () => {
  const { followed, set } = followedSymbols();
  followed.follow(AAPL);
  followed.add([quote(1), { kind: "status", symbol: "AAPL", code: "H", reason: "", at: 1 }]);
  expect(followed.all("AAPL").status?.code).toBe("H");
  set.state = "down";
  followed.stateChanged();
  await settled();
  expect(followed.all("AAPL")).toMatchObject({ status: null, quote: { at: 1 } });
});
