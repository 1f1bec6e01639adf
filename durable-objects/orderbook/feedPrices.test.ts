import { expect, test } from "vitest";
import type { FeedQuote, FeedTrade } from "../../domain/market/feeds/feed.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import type { FeedReport } from "../../protocol/rpc/feed.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import { FeedPrices } from "./feedPrices.ts";
import { MarketFeed, mergePublications } from "./feed.ts";

const BEGIN = Date.UTC(2026, 10, 30, 15);
const quote = (price: number, at = BEGIN): FeedQuote => {
  return { kind: "quote", symbol: "AAPL", bid: { price, qty: 1 }, ask: null, at, sequence: null };
};
const trade = (tradeId: number, at = BEGIN): FeedTrade => {
  return { kind: "trade", symbol: "AAPL", price: 2_680_000, qty: 2_000_000, at, tradeId, sequence: null };
};
const report = (parts: Partial<FeedReport>): FeedReport => {
  return { symbol: "AAPL", state: "live", quote: null, status: null, trades: [], ...parts };
};

/** A book whose prices are those of a feed, on a clock that the test sets. */
function pricedBook(source: "feed" | "own" = "feed", begin = BEGIN) {
  const state = newBook("AAPL");
  const outputs = { report: () => undefined, trade: () => undefined };
  const set = { now: begin, listens: true, refuses: false, report: report({}) as FeedReport | Error };
  const asked: number[] = [];
  const alarms: number[] = [];
  const references: number[] = [];
  const segments: MarketSegment[] = [];
  const change = (terms: Partial<Instrument>) => {
    const { priceSource: _before, ...others } = state.instrument;
    const instrument = { ...others, ...terms, version: state.instrument.version + 1 };
    applyEntry(state, { kind: "instrument", instrument }, set.now, outputs);
  };
  if (source === "feed") change({ priceSource: source });
  const prices: FeedPrices = new FeedPrices({
    instrument: () => state.instrument,
    follow: async ({ version }) => {
      asked.push(version);
      if (set.report instanceof Error) throw set.report;
      return set.report;
    },
    hasListeners: () => set.listens,
    changed: (trades) => feed.changed(trades),
    now: () => set.now,
    armBy: (at) => alarms.push(at),
    reference: async (price) => {
      if (set.refuses) throw new Error("no commit");
      references.push(price);
    },
    log: () => undefined,
  });
  const feed = new MarketFeed(() => state, {
    listeners: () => (set.listens ? 1 : 0),
    feedPrices: () => prices.current,
    depthWanted: () => new Set(),
    publish: ({ segment }) => segments.push(segment),
    now: () => set.now,
    // Each window is over at once.
    after: (_ms, run) => run(),
  });
  const elements = (segment: MarketSegment | undefined) => [
    ...decodeSegment(segment?.trades ?? new Uint8Array()),
    ...decodeSegment(segment?.quote ?? new Uint8Array()),
  ];
  const commit = () => feed.changed(prices.committed([]));
  return { state, prices, feed, set, asked, alarms, references, segments, elements, change, commit };
}

test("MD-114: the quote and the trades of a feed are published and read instead of those of the book", () => {
  const { prices, feed, segments, elements } = pricedBook();
  expect(prices.receive(report({ quote: quote(2_680_000), trades: [trade(7)] }))).toEqual({ keep: true });
  expect(elements(segments[0])).toMatchObject([
    { T: "t", S: "AAPL", i: 7, p: 268, s: 2, stale: false },
    { T: "q", S: "AAPL", bp: 268, ap: 0, stale: false },
  ]);
  expect(prices.current?.top()).toMatchObject({
    bid: { price: 2_680_000 },
    ask: null,
    last: { tradeId: 7, price: 2_680_000 },
    feed: { state: "live" },
  });
  const { through, quote: bytes } = feed.snapshot();
  expect([through, decodeSegment(bytes ?? new Uint8Array())]).toMatchObject([segments[0]?.sequence, [{ bp: 268 }]]);
});

test("MD-114: numbers grow with the time, also over a restart, and a client resumes after any of them", () => {
  const { prices, feed, set, segments } = pricedBook();
  for (let nth = 1; nth <= 3; nth++) {
    set.now += 10;
    prices.receive(report({ quote: quote(2_680_000 + nth * 100), trades: [trade(nth, set.now)] }));
  }
  const [first, second, third] = segments;
  expect([second?.previous, third?.previous]).toEqual([first?.sequence, second?.sequence]);
  const since = feed.since(first?.sequence ?? 0);
  expect(since.kind === "segment" && decodeSegment(since.segment.trades)).toMatchObject([{ i: 2 }, { i: 3 }]);
  expect(mergePublications(segments.map((segment) => ({ segment, quote: null }))).tradeCount).toBe(3);
  const restarted = pricedBook("feed", set.now + 1);
  restarted.prices.receive(report({ quote: quote(1) }));
  expect(restarted.segments[0]?.sequence).toBeGreaterThan(third?.sequence ?? 0);
  // What was before the restart is gone, and the client learns it.
  expect(restarted.feed.since(first?.sequence ?? 0).kind).toBe("too_old");
});

test("MD-114: a feed that is not live, or has not reported for fifteen seconds, is marked stale in every element", () => {
  const { prices, set, segments, elements, alarms } = pricedBook();
  prices.receive(report({ quote: quote(2_680_000) }));
  prices.receive(report({ state: "down" }));
  expect(segments.map((segment) => elements(segment))).toMatchObject([[{ stale: false }], [{ bp: 268, stale: true }]]);
  set.now += 1_000;
  prices.receive(report({}));
  expect(elements(segments[2])).toMatchObject([{ bp: 268, stale: false }]);
  expect(alarms.at(-1)).toBe(set.now + 15_000);
  set.now += 14_999;
  prices.onAlarm();
  expect(segments).toHaveLength(3);
  set.now += 1;
  expect(prices.current?.top().feed?.state).toBe("stale");
  prices.onAlarm();
  expect(elements(segments[3])).toMatchObject([{ bp: 268, stale: true }]);
  prices.onAlarm();
  expect(segments).toHaveLength(4);
});

test("MD-114: the feed is asked when somebody needs prices, once for all, and again when it does not report", async () => {
  const { prices, asked, set } = pricedBook();
  set.report = report({ quote: quote(2_680_000), trades: [trade(1)] });
  await Promise.all([prices.asked(), prices.asked(), prices.subscribed()]);
  expect([asked.length, prices.current?.top().bid]).toEqual([1, { price: 2_680_000, qty: 1 }]);
  await prices.asked();
  expect(asked).toHaveLength(1);
  set.now += 15_000;
  await prices.asked();
  // The newest trade is given again, and is not a second one.
  expect([asked.length, prices.recent.length]).toEqual([2, 1]);
  set.report = new Error("away");
  set.now += 15_000;
  await prices.asked();
  expect(prices.current?.top().feed?.state).toBe("stale");
});

test("MD-114: a symbol is followed while it has subscribers, and for a minute after somebody asked", async () => {
  const { prices, set } = pricedBook();
  set.listens = false;
  expect(prices.receive(report({}))).toEqual({ keep: false });
  await prices.asked();
  set.now += 59_999;
  expect(prices.receive(report({}))).toEqual({ keep: true });
  set.now += 1;
  expect(prices.receive(report({}))).toEqual({ keep: false });
  expect(pricedBook("own").prices.receive(report({}))).toEqual({ keep: false });
});

test("MD-114: a market of its own publishes as before, and nothing asks a feed", async () => {
  const { prices, asked, state, segments, feed, commit } = pricedBook("own");
  expect(prices.current).toBeNull();
  await prices.asked();
  await prices.subscribed();
  state.markChanged();
  commit();
  expect([asked, segments.length, feed.position().sequence]).toEqual([[], 1, state.sequence]);
});

test("MD-114: a market begins to show a feed, and shows its own prices again, with numbers that only grow", () => {
  const { prices, feed, state, set, segments, change, commit, asked } = pricedBook("own");
  state.markChanged();
  commit();
  const own = segments.at(-1)?.sequence ?? 0;
  change({ priceSource: "feed" });
  commit();
  expect(asked).toEqual([state.instrument.version]);
  // The own quote is not shown any more, and nothing else is known yet.
  const [none] = decodeSegment(feed.snapshot().quote ?? new Uint8Array()) as { t: Date }[];
  expect(none).toMatchObject({ bp: 0, ap: 0, stale: true });
  expect(none?.t.getTime()).toBe(BEGIN);
  prices.receive(report({ quote: quote(2_680_000), trades: [trade(1)] }));
  const shown = segments.at(-1);
  expect(shown?.sequence).toBeGreaterThan(own);
  // A cursor from before the feed lacks what happened: the client is told.
  expect(feed.since(own).kind).toBe("too_old");
  set.now += 10;
  change({});
  commit();
  const back = segments.at(-1);
  expect(back?.sequence).toBe(state.sequence);
  expect(back?.sequence).toBeGreaterThan(shown?.sequence ?? 0);
  expect([back?.previous, feed.since(shown?.sequence ?? 0).kind]).toEqual([shown?.sequence, "too_old"]);
  expect(decodeSegment(back?.quote ?? new Uint8Array())).toMatchObject([{ bp: 0, ap: 0 }]);
  expect(prices.receive(report({}))).toEqual({ keep: false });
});

test("MD-114: changed terms are told to the feed, and own trades of the book are not published", () => {
  const { prices, asked, change, commit, state } = pricedBook();
  commit();
  expect(asked).toEqual([state.instrument.version]);
  change({ priceSource: "feed", tick: 500 });
  commit();
  const own = {
    tradeId: 1,
    price: 1,
    qty: 1,
    at: BEGIN,
    sequence: 1,
    regular: true,
    maker: 1,
    taker: 2,
    takerSide: 0,
  } as const;
  expect(prices.committed([own])).toEqual([]);
});

test("MD-117: the first confirmed price of a trading day is the reference of its price limits", async () => {
  const { prices, references, set } = pricedBook();
  const sides = (bid: number, ask: number, at: number): FeedQuote => {
    return { ...quote(bid, at), ask: { price: ask, qty: 1 } };
  };
  const says = (...quotes: readonly FeedQuote[]) => {
    for (const each of quotes) prices.receive(report({ quote: each }));
    return references;
  };
  prices.receive(report({ state: "stale", quote: sides(2_680_000, 2_690_000, BEGIN) }));
  // One side, one quote, a wide spread, the same quote again, and a price that nothing confirms.
  expect(says(quote(2_690_000), sides(9_000_000, 9_010_000, BEGIN))).toEqual([]);
  expect(says(sides(9_000_000, 9_010_000, BEGIN), sides(1_000_000, 2_690_000, BEGIN + 1))).toEqual([]);
  expect(says(sides(2_680_000, 2_690_000, BEGIN + 2))).toEqual([]);
  expect(says(sides(2_690_000, 2_700_001, BEGIN + 3), sides(2_800_000, 2_810_000, BEGIN + 4))).toEqual([2_695_000]);
  set.now += 86_400_000;
  set.refuses = true;
  says(sides(2_700_000, 2_710_000, set.now));
  await Promise.resolve();
  set.refuses = false;
  expect(says(sides(2_710_000, 2_720_000, set.now + 1))).toEqual([2_695_000, 2_715_000]);
});

test("MD-114: a halt of the upstream is stale until it ends, or until the connection is another one", () => {
  const { prices, segments, elements } = pricedBook();
  const status = (code: string) => ({ kind: "status", symbol: "AAPL", code, reason: "", at: BEGIN }) as const;
  prices.receive(report({ quote: quote(2_680_000) }));
  prices.receive(report({ status: status("H") }));
  expect([elements(segments[1])[0], prices.top().feed?.state]).toMatchObject([{ stale: true }, "stale"]);
  prices.receive(report({}));
  expect(segments).toHaveLength(2);
  prices.receive(report({ status: status("T") }));
  expect(elements(segments[2])).toMatchObject([{ stale: false }]);
  for (const parts of [{ status: status("P") }, { state: "down" }, {}] as const) prices.receive(report(parts));
  expect(prices.top().feed?.state).toBe("live");
});
