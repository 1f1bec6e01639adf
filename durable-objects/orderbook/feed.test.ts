import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECENT_TRADES } from "../../domain/matching/bookState.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { encodeQuote } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { bookTop, MarketFeed, mergePublications } from "./feed.ts";
import { INTERVAL_MAX_MS, INTERVAL_MS } from "./publicationPace.ts";
import { CLOCK_BEGINS, segmentText, newFeed, type Element } from "./testing.ts";

describe("MD-1: a book publishes", () => {
  test("the first change at once, and later changes of the interval merged into one segment at its end", () => {
    const { commit, wait, published } = newFeed();
    commit("buy 1000000 2");
    expect(published.map(({ at }) => at)).toEqual([0]);
    wait(5);
    commit("sell 1000000 1");
    wait(5);
    commit("buy 990000 3", "sell 1000000 1");
    expect(published).toHaveLength(1);
    wait(INTERVAL_MAX_MS);
    expect(published.map(({ at }) => at)).toEqual([0, INTERVAL_MS]);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual([
      "trades  quote 2@100/0",
      "trades 1+2 quote 3@99/0",
    ]);
  });

  test("at most one segment in an interval for any number of commits, and loses no trade", () => {
    const step = fc.tuple(fc.constantFrom("buy", "sell"), fc.integer({ min: 99, max: 101 }), fc.nat(60));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
        const { commit, wait, published, timers, state } = newFeed();
        let trades = 0;
        for (const [side, dollars, pause] of steps) {
          trades += commit(`${side} ${dollars * 10_000} 1`);
          wait(pause);
        }
        wait(2 * INTERVAL_MAX_MS);
        for (const [nth, { at }] of published.entries()) {
          const before = published[nth - 1];
          if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(INTERVAL_MS);
        }
        const ids = published.flatMap(({ segment }) => decodeSegment(segment.trades) as Element[]).map(({ i }) => i);
        expect(ids).toEqual(Array.from({ length: trades }, (_, nth) => nth + 1));
        const { quote } = published.findLast(({ segment }) => segment.quote !== null)?.segment ?? { quote: null };
        const { bid, ask, at } = bookTop(state);
        // The time may be later: a change below the top is not published.
        const [last] = decodeSegment(quote ?? new Uint8Array()) as object[];
        const [now] = decodeSegment(encodeQuote({ symbol: "AAPL", bid, ask, at, sequence: 0 })) as object[];
        expect({ ...last, t: null, seq: 0 }).toEqual({ ...now, t: null });
        // A timer runs only while something waits to be published.
        expect(timers).toEqual([]);
      }),
    );
  });

  test("nothing without a subscriber, and nothing when there was no trade and the top is unchanged", () => {
    const { commit, wait, published, audience, timers } = newFeed();
    audience.listens = false;
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS);
    audience.listens = true;
    commit("buy 990000 1");
    wait(INTERVAL_MAX_MS);
    commit("buy 980000 1");
    wait(INTERVAL_MAX_MS);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual(["trades  quote 1@100/0"]);
    expect(timers).toEqual([]);
  });

  test("at once again after an interval without changes", () => {
    const { commit, wait, published } = newFeed();
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS + 1);
    commit("buy 1010000 1");
    expect(published.map(({ at }) => at)).toEqual([0, INTERVAL_MAX_MS + 1]);
  });

  test("no change later than an interval, and seldom enough when changes never end", () => {
    const rateOf = (everyMs: number): number => {
      const { commit, wait, published } = newFeed();
      for (let at = 0; at < 1_000; at += everyMs) {
        commit(`buy ${(100 + (at % (2 * everyMs)) / everyMs) * 10_000} 1`, "sell 1000000 1");
        wait(everyMs);
      }
      return published.length;
    };
    expect(rateOf(100)).toBe(10);
    expect(rateOf(25)).toBe(40);
    expect(rateOf(10)).toBeGreaterThanOrEqual(50);
    expect(rateOf(1)).toBeLessThanOrEqual(15);
  });

  test("no more often than its relays allow: each push takes time", () => {
    const { commit, wait, published, audience } = newFeed();
    audience.relays = 60;
    commit("buy 1000000 1");
    commit("buy 1010000 1");
    wait(59);
    expect(published).toHaveLength(1);
    wait(1);
    expect(published).toHaveLength(2);
  });

  test("at once when the clock was set back", () => {
    const { commit, wait, published } = newFeed();
    commit("buy 1000000 1");
    wait(-60_000);
    commit("buy 1010000 1");
    expect(published).toHaveLength(2);
  });
});

describe("MD-2: a merged segment", () => {
  test("carries a trade without a quote when the top is unchanged at the window's end", () => {
    const { commit, wait, published } = newFeed();
    commit("sell 1000000 1");
    commit("buy 1000000 1", "sell 1000000 1");
    wait(INTERVAL_MAX_MS);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual(["trades  quote 0@0/100", "trades 1 quote -"]);
  });

  test("carries every trade and the newest quote of its segments, in order", () => {
    const { commit, wait, published } = newFeed();
    for (const lines of [
      ["buy 1000000 2"],
      ["sell 1000000 1"],
      ["sell 1000000 1", "buy 990000 5"],
      ["sell 1010000 1"],
    ]) {
      commit(...lines);
      wait(INTERVAL_MAX_MS);
    }
    expect(published).toHaveLength(4);
    const merged = mergePublications(published);
    expect(segmentText(merged)).toBe("trades 1+2 quote 5@99/101");
    expect(merged.sequence).toBe(published.at(-1)?.segment.sequence);
    expect(mergePublications(published.slice(1, 2))).toBe(published[1]?.segment);
  });

  test("keeps an older quote when newer segments have none, with a sequence not below those of the trades", () => {
    const { commit, wait, published } = newFeed();
    commit("sell 1000000 1");
    wait(INTERVAL_MAX_MS + 1);
    commit("buy 1000000 1", "sell 1000000 1");
    wait(INTERVAL_MAX_MS);
    const merged = mergePublications(published);
    expect(segmentText(merged)).toBe("trades 1 quote 0@0/100");
    expect(merged).toMatchObject({ previous: 0, sequence: 3 });
    const numbers = [merged.trades, merged.quote ?? new Uint8Array()].flatMap(
      (bytes) => decodeSegment(bytes) as Element[],
    );
    expect(numbers.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(() => mergePublications([])).toThrow("nothing to merge");
  });
});

describe("MD-6: after a cursor, a book returns", () => {
  const sinceInWords = (feed: MarketFeed, after: number): string => {
    const answer = feed.since(after);
    if (answer.kind === "ahead") return `ahead of ${answer.sequence}`;
    const { segment } = answer;
    return `${answer.kind} ${segment.previous}-${segment.sequence} ${segmentText(segment)}`;
  };

  test("what was published after it; changes that wait for the window's end come with the next segment", () => {
    const { feed, commit, wait, published } = newFeed();
    commit("sell 1000000 9");
    wait(INTERVAL_MAX_MS + 1);
    commit("buy 1000000 1", "buy 1000000 1");
    commit("buy 1000000 1", "buy 990000 1");
    expect([0, 1, 2, 3, 4, 5, 6].map((after) => sinceInWords(feed, after))).toEqual([
      "segment 0-3 trades 1+2 quote 0@0/100",
      "segment 1-3 trades 1+2 quote 0@0/100",
      "segment 2-3 trades 2 quote 0@0/100",
      "segment 3-3 trades  quote -",
      // A client that has read the depth may be ahead of the published sequence.
      "segment 4-4 trades  quote -",
      "segment 5-5 trades  quote -",
      "ahead of 5",
    ]);
    wait(INTERVAL_MAX_MS);
    expect(published.map(({ segment }) => `${segment.previous}-${segment.sequence} ${segmentText(segment)}`)).toEqual([
      "0-1 trades  quote 0@0/100",
      "1-3 trades 1+2 quote 0@0/100",
      "3-5 trades 3 quote 1@99/100",
    ]);
    expect(sinceInWords(feed, 3)).toBe("segment 3-5 trades 3 quote 1@99/100");
  });

  test("the same bytes as were published live", () => {
    const { feed, commit, wait, published } = newFeed();
    for (const line of ["sell 1000000 9", "buy 1000000 1", "buy 1000000 2"]) {
      commit(line);
      wait(INTERVAL_MAX_MS + 1);
    }
    const live = mergePublications(published);
    const { status, bands } = feed.snapshot();
    expect(feed.since(0)).toEqual({ kind: "segment", segment: { ...live, status, bands } });
  });

  test("also changes from a time without subscribers, and right after a restart", () => {
    const { feed, commit, audience, state, published, wait } = newFeed();
    audience.listens = false;
    expect(feed.snapshot().quote).toBeNull();
    commit("sell 1000000 9", "buy 1000000 1");
    commit("buy 1000000 1");
    expect(sinceInWords(feed, 1)).toBe("segment 1-3 trades 1+2 quote 0@0/100");
    expect(feed.position()).toMatchObject({ previous: 3, sequence: 3, tradeCount: 0, quote: null });
    const restarted = new MarketFeed(() => state, {
      listeners: () => 1,
      feedPrices: () => null,
      depthWanted: () => new Set(),
      publish: () => {},
      now: () => CLOCK_BEGINS,
      after: () => {},
    });
    expect(sinceInWords(restarted, 2)).toBe("segment 2-3 trades 2 quote 0@0/100");
    audience.listens = true;
    commit("buy 1000000 1");
    expect(published.map(({ segment }) => `${segment.previous}-${segment.sequence} ${segmentText(segment)}`)).toEqual([
      "3-4 trades 3 quote 0@0/100",
    ]);
    wait(INTERVAL_MAX_MS);
  });

  test("the trades that are left, marked as too old, when the cursor is older than the stored trades", () => {
    const { feed, commit, state } = newFeed();
    commit("sell 1000000 5000");
    commit(...Array.from({ length: RECENT_TRADES + 2 }, () => "buy 1000000 1"));
    expect(state.forgottenThrough).toBe(3);
    const answers = [0, 2, 3].map((after) => feed.since(after));
    expect(answers.map(({ kind }) => kind)).toEqual(["too_old", "too_old", "segment"]);
  });

  test("every trade once and in order, wherever a subscriber stops and resumes", () => {
    const step = fc.tuple(fc.constantFrom("buy", "sell"), fc.integer({ min: 99, max: 101 }), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
        const { commit, wait, published, feed } = newFeed();
        const seen: Element[] = [];
        let through = 0;
        let read = 0;
        const take = (segment: MarketSegment) => {
          expect(segment.previous).toBe(through);
          through = segment.sequence;
          seen.push(...(decodeSegment(segment.trades) as Element[]));
        };
        let trades = 0;
        for (const [side, dollars, pause, away] of steps) {
          trades += commit(`${side} ${dollars * 10_000} 1`);
          wait(pause);
          const fresh = published.slice(read);
          read = published.length;
          // A subscriber that is away misses segments and asks for them when it returns.
          if (!away) for (const { segment } of fresh) if (segment.previous === through) take(segment);
          const answer = feed.since(through);
          if (!away && answer.kind === "segment") take(answer.segment);
        }
        wait(2 * INTERVAL_MAX_MS);
        const answer = feed.since(through);
        if (answer.kind === "segment") take(answer.segment);
        expect(seen.map(({ i }) => i)).toEqual(Array.from({ length: trades }, (_, nth) => nth + 1));
        expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).toSorted((a, b) => a - b));
      }),
    );
  });
});

test("the top of a book is its best prices and quantities, its last trade, sequence and time", () => {
  const { state, commit, wait } = newFeed();
  expect(bookTop(state)).toEqual({ symbol: "AAPL", bid: null, ask: null, last: null, sequence: 0, at: 0 });
  wait(7);
  commit("buy 1000000 1", "buy 1000000 2", "buy 990000 9", "sell 1000000 1");
  expect(bookTop(state)).toEqual({
    symbol: "AAPL",
    bid: { price: 1_000_000, qty: 2_000_000 },
    ask: null,
    last: { tradeId: 1, price: 1_000_000, qty: 1_000_000, at: 7 },
    sequence: 4,
    at: 7,
  });
});
