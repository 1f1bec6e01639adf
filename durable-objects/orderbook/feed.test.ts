import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECENT_TRADES } from "../../domain/matching/bookState.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { encodeQuote } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { bookTop, MarketFeed, mergePublications, WINDOW_MS } from "./feed.ts";
import { CLOCK_BEGINS, segmentText, newFeed, type Element } from "./testing.ts";

describe("MD-1: a book publishes", () => {
  test("the first change at once, and the rest of the window merged into one segment at its end", () => {
    const { commit, wait, published } = newFeed();
    commit("buy 1000000 2");
    expect(published.map(({ at }) => at)).toEqual([0]);
    wait(10);
    commit("sell 1000000 1");
    wait(10);
    commit("buy 990000 3", "sell 1000000 1");
    expect(published).toHaveLength(1);
    wait(WINDOW_MS);
    expect(published.map(({ at }) => at)).toEqual([0, WINDOW_MS]);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual([
      "trades  quote 2@100/0",
      "trades 1+2 quote 3@99/0",
    ]);
  });

  test("at most ten segments a second, however many commits there are, and loses no trade", () => {
    const step = fc.tuple(fc.constantFrom("buy", "sell"), fc.integer({ min: 99, max: 101 }), fc.nat(60));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
        const { commit, wait, published, timers, state } = newFeed();
        let trades = 0;
        for (const [side, dollars, pause] of steps) {
          trades += commit(`${side} ${dollars * 10_000} 1`);
          wait(pause);
        }
        wait(2 * WINDOW_MS);
        for (const [nth, { at }] of published.entries()) {
          const before = published[nth - 1];
          if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(WINDOW_MS);
        }
        const ids = published.flatMap(({ segment }) => decodeSegment(segment.trades) as Element[]).map(({ i }) => i);
        expect(ids).toEqual(Array.from({ length: trades }, (_, nth) => nth + 1));
        const { quote } = published.findLast(({ segment }) => segment.quote !== null)?.segment ?? { quote: null };
        const { bid, ask, at } = bookTop(state);
        // The time may be younger: a change below the top is no news.
        const [last] = decodeSegment(quote ?? new Uint8Array()) as object[];
        const [now] = decodeSegment(encodeQuote({ symbol: "AAPL", bid, ask, at, sequence: 0 })) as object[];
        expect({ ...last, t: null, seq: 0 }).toEqual({ ...now, t: null });
        // Timers run only while something waits.
        expect(timers).toEqual([]);
      }),
    );
  });

  test("nothing when nobody listens, and nothing when neither a trade nor the top has changed", () => {
    const { commit, wait, published, audience, timers } = newFeed();
    audience.listens = false;
    commit("buy 1000000 1");
    wait(WINDOW_MS);
    audience.listens = true;
    commit("buy 990000 1");
    wait(WINDOW_MS);
    commit("buy 980000 1");
    wait(WINDOW_MS);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual(["trades  quote 1@100/0"]);
    expect(timers).toEqual([]);
  });

  test("again at once after a quiet window", () => {
    const { commit, wait, published } = newFeed();
    commit("buy 1000000 1");
    wait(WINDOW_MS + 1);
    commit("buy 1010000 1");
    expect(published.map(({ at }) => at)).toEqual([0, WINDOW_MS + 1]);
  });
});

describe("MD-2: a merged segment", () => {
  test("carries a trade without a quote when the top stands as it was, for trades inside one window", () => {
    const { commit, wait, published } = newFeed();
    commit("sell 1000000 1");
    commit("buy 1000000 1", "sell 1000000 1");
    wait(WINDOW_MS);
    expect(published.map(({ segment }) => segmentText(segment))).toEqual(["trades  quote 0@0/100", "trades 1 quote -"]);
  });

  test("carries every trade and the newest quote of the segments it is made of, in order", () => {
    const { commit, wait, published } = newFeed();
    for (const lines of [
      ["buy 1000000 2"],
      ["sell 1000000 1"],
      ["sell 1000000 1", "buy 990000 5"],
      ["sell 1010000 1"],
    ]) {
      commit(...lines);
      wait(WINDOW_MS);
    }
    expect(published).toHaveLength(4);
    const merged = mergePublications(published);
    expect(segmentText(merged)).toBe("trades 1+2 quote 5@99/101");
    expect(merged.sequence).toBe(published.at(-1)?.segment.sequence);
    expect(mergePublications(published.slice(1, 2))).toBe(published[1]?.segment);
  });

  test("keeps an older quote when the newer segments have none, numbered so that it does not fall behind the trades", () => {
    const { commit, wait, published } = newFeed();
    commit("sell 1000000 1");
    wait(WINDOW_MS + 1);
    commit("buy 1000000 1", "sell 1000000 1");
    wait(WINDOW_MS);
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

describe("MD-6: from a cursor, a book gives", () => {
  const sinceInWords = (feed: MarketFeed, after: number): string => {
    const answer = feed.since(after);
    if (answer.kind === "ahead") return `ahead of ${answer.sequence}`;
    const { segment } = answer;
    return `${answer.kind} ${segment.previous}-${segment.sequence} ${segmentText(segment)}`;
  };

  test("what was published after it; what waits for the window's end comes with the next segment", () => {
    const { feed, commit, wait, published } = newFeed();
    commit("sell 1000000 9");
    wait(WINDOW_MS + 1);
    commit("buy 1000000 1", "buy 1000000 1");
    commit("buy 1000000 1", "buy 990000 1");
    expect([0, 1, 2, 3, 4, 5, 6].map((after) => sinceInWords(feed, after))).toEqual([
      "segment 0-3 trades 1+2 quote 0@0/100",
      "segment 1-3 trades 1+2 quote 0@0/100",
      "segment 2-3 trades 2 quote 0@0/100",
      "segment 3-3 trades  quote -",
      // Who has seen the book's depth may be ahead of what is published.
      "segment 4-4 trades  quote -",
      "segment 5-5 trades  quote -",
      "ahead of 5",
    ]);
    wait(WINDOW_MS);
    expect(published.map(({ segment }) => `${segment.previous}-${segment.sequence} ${segmentText(segment)}`)).toEqual([
      "0-1 trades  quote 0@0/100",
      "1-3 trades 1+2 quote 0@0/100",
      "3-5 trades 3 quote 1@99/100",
    ]);
    expect(sinceInWords(feed, 3)).toBe("segment 3-5 trades 3 quote 1@99/100");
  });

  test("the same bytes as it published live", () => {
    const { feed, commit, wait, published } = newFeed();
    for (const line of ["sell 1000000 9", "buy 1000000 1", "buy 1000000 2"]) {
      commit(line);
      wait(WINDOW_MS + 1);
    }
    const live = mergePublications(published);
    const { status, bands } = feed.snapshot;
    expect(feed.since(0)).toEqual({ kind: "segment", segment: { ...live, status, bands } });
  });

  test("also what happened while nobody listened, and right after a restart", () => {
    const { feed, commit, audience, state, published, wait } = newFeed();
    audience.listens = false;
    expect(feed.snapshot.quote).toBeNull();
    commit("sell 1000000 9", "buy 1000000 1");
    commit("buy 1000000 1");
    expect(sinceInWords(feed, 1)).toBe("segment 1-3 trades 1+2 quote 0@0/100");
    expect(feed.position()).toMatchObject({ previous: 3, sequence: 3, tradeCount: 0, quote: null });
    const restarted = new MarketFeed(() => state, {
      hasListeners: () => true,
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
    wait(WINDOW_MS);
  });

  test("what is left, and says so, when the cursor is older than the trades that are kept", () => {
    const { feed, commit, state } = newFeed();
    commit("sell 1000000 5000");
    commit(...Array.from({ length: RECENT_TRADES + 2 }, () => "buy 1000000 1"));
    expect(state.forgottenThrough).toBe(3);
    const answers = [0, 2, 3].map((after) => feed.since(after));
    expect(answers.map(({ kind }) => kind)).toEqual(["too_old", "too_old", "segment"]);
  });

  test("every trade once, wherever a viewer stops and comes back, in each element's order", () => {
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
          // A viewer that is away loses its segments and asks for them when it is back.
          if (!away) for (const { segment } of fresh) if (segment.previous === through) take(segment);
          const answer = feed.since(through);
          if (!away && answer.kind === "segment") take(answer.segment);
        }
        wait(2 * WINDOW_MS);
        const answer = feed.since(through);
        if (answer.kind === "segment") take(answer.segment);
        expect(seen.map(({ i }) => i)).toEqual(Array.from({ length: trades }, (_, nth) => nth + 1));
        expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).toSorted((a, b) => a - b));
      }),
    );
  });
});

test("the top of a book is its best prices with what rests there, its last trade, sequence and time", () => {
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
