import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { applyCommand, newMarket } from "../../domain/matching/venue.ts";
import type { LastTrade } from "../../domain/matching/venue.ts";
import { decodeSegment, encodeQuote } from "../../protocol/marketData.ts";
import type { MarketSegment } from "../../protocol/rpc.ts";
import { bookTop, MarketFeed, mergeSegments, WINDOW_MS } from "./feed.ts";

/** A market with its feed, on a clock that the test moves. */
function setUp() {
  const state = newMarket("AAPL");
  const published: { at: number; segment: MarketSegment }[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const audience = { listens: true };
  let now = 0;
  let orders = 0;
  const feed = new MarketFeed(() => state, {
    hasListeners: () => audience.listens,
    publish: (segment) => published.push({ at: now, segment }),
    after: (ms, run) => timers.push({ at: now + ms, run }),
  });
  /** One commit: orders of one account, each `side price qty`. */
  const commit = (...lines: string[]) => {
    const trades: LastTrade[] = [];
    for (const line of lines) {
      const [word, price, qty] = line.split(" ");
      const side = word === "buy" ? "buy" : "sell";
      const terms = { kind: "new", timeInForce: "gtc", market: false, expiresAt: null } as const;
      const order: BookCommand = {
        ...terms,
        orderId: `o${++orders}`,
        side,
        price: Number(price),
        qty: Number(qty) * 1_000_000,
      };
      const out = { report: () => undefined, trade: (trade: LastTrade) => trades.push(trade) };
      applyCommand(state, "account/a", order, now, out);
    }
    feed.changed(trades);
    return trades.length;
  };
  const wait = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      timers.splice(timers.indexOf(due), 1);
      now = due.at;
      due.run();
    }
    now = end;
  };
  return { state, published, timers, audience, commit, wait };
}

interface Element {
  readonly T: string;
  readonly i?: number;
  readonly bp?: number;
  readonly bs?: number;
  readonly ap?: number;
}

/** A segment in words: numbers of its trades, best bid and ask. */
function inWords({ trades, tradeCount, quote }: MarketSegment): string {
  const ids = (decodeSegment(trades) as Element[]).map(({ i }) => i);
  expect(ids).toHaveLength(tradeCount);
  const [top] = quote === null ? [] : (decodeSegment(quote) as Element[]);
  return `trades ${ids.join("+")} quote ${top === undefined ? "-" : `${top.bs}@${top.bp}/${top.ap}`}`;
}

describe("MD-1: a book publishes", () => {
  test("the first change at once, and the rest of the window merged into one segment at its end", () => {
    const { commit, wait, published } = setUp();
    commit("buy 1000000 2");
    expect(published.map(({ at }) => at)).toEqual([0]);
    wait(10);
    commit("sell 1000000 1");
    wait(10);
    commit("buy 990000 3", "sell 1000000 1");
    expect(published).toHaveLength(1);
    wait(WINDOW_MS);
    expect(published.map(({ at }) => at)).toEqual([0, WINDOW_MS]);
    expect(published.map(({ segment }) => inWords(segment))).toEqual([
      "trades  quote 2@100/0",
      "trades 1+2 quote 3@99/0",
    ]);
  });

  test("at most ten segments a second, however many commits there are, and loses no trade", () => {
    const step = fc.tuple(fc.constantFrom("buy", "sell"), fc.integer({ min: 99, max: 101 }), fc.nat(60));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
        const { commit, wait, published, timers, state } = setUp();
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
        const [now] = decodeSegment(encodeQuote({ symbol: "AAPL", bid, ask, at })) as object[];
        expect({ ...last, t: null }).toEqual({ ...now, t: null });
        // Timers run only while something waits.
        expect(timers).toEqual([]);
      }),
    );
  });

  test("nothing when nobody listens, and nothing when neither a trade nor the top has changed", () => {
    const { commit, wait, published, audience, timers } = setUp();
    audience.listens = false;
    commit("buy 1000000 1");
    wait(WINDOW_MS);
    audience.listens = true;
    commit("buy 990000 1");
    wait(WINDOW_MS);
    commit("buy 980000 1");
    wait(WINDOW_MS);
    expect(published.map(({ segment }) => inWords(segment))).toEqual(["trades  quote 1@100/0"]);
    expect(timers).toEqual([]);
  });

  test("again at once after a quiet window", () => {
    const { commit, wait, published } = setUp();
    commit("buy 1000000 1");
    wait(WINDOW_MS + 1);
    commit("buy 1010000 1");
    expect(published.map(({ at }) => at)).toEqual([0, WINDOW_MS + 1]);
  });
});

describe("MD-2: a merged segment", () => {
  test("carries a trade without a quote when the top stands as it was, for trades inside one window", () => {
    const { commit, wait, published } = setUp();
    commit("sell 1000000 1");
    commit("buy 1000000 1", "sell 1000000 1");
    wait(WINDOW_MS);
    expect(published.map(({ segment }) => inWords(segment))).toEqual(["trades  quote 0@0/100", "trades 1 quote -"]);
  });

  test("carries every trade and the newest quote of the segments it is made of, in order", () => {
    const { commit, wait, published } = setUp();
    for (const lines of [
      ["buy 1000000 2"],
      ["sell 1000000 1"],
      ["sell 1000000 1", "buy 990000 5"],
      ["sell 1010000 1"],
    ]) {
      commit(...lines);
      wait(WINDOW_MS);
    }
    const segments = published.map(({ segment }) => segment);
    expect(segments).toHaveLength(4);
    const merged = mergeSegments(segments);
    expect(inWords(merged)).toBe("trades 1+2 quote 5@99/101");
    expect(merged.sequence).toBe(segments.at(-1)?.sequence);
    expect(mergeSegments(segments.slice(1, 2))).toBe(segments[1]);
  });

  test("keeps an older quote when the newer segments have none", () => {
    const none = { symbol: "AAPL", trades: new Uint8Array(), tradeCount: 0, quote: null };
    const quote = Uint8Array.of(0x80);
    expect(
      mergeSegments([
        { ...none, sequence: 1, quote },
        { ...none, sequence: 2 },
      ]),
    ).toEqual({
      ...none,
      sequence: 2,
      quote,
    });
    expect(() => mergeSegments([])).toThrow("nothing to merge");
  });
});

test("the top of a book is its best prices with what rests there, its last trade, sequence and time", () => {
  const { state, commit, wait } = setUp();
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
