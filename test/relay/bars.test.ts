/** Bars and order books on the data stream inside workerd. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { barElements } from "../../protocol/mapping/barElements.ts";
import { barToWire } from "../../protocol/mapping/bars.ts";
import { encodeLevels } from "../../protocol/mapping/depth.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { fakeObject, freshRelay, push } from "./fakes.ts";
import { subscribed, WAIT_OPTIONS } from "./subscriber.ts";

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 20, 16);

function bar(minute: number, count = 1): Bar {
  const at = BEGIN + minute * MINUTE;
  const prices = { open: 1_000_000, high: 1_000_000, low: 1_000_000, close: 1_000_000 };
  const [volume, turnover] = [BigInt(count), BigInt(count) * 1_000_000n];
  return { at, ...prices, volume, turnover, count, firstAt: at, lastAt: at };
}

/** What a book pushes beside its sequence. */
const segment = (symbol: string, parts: Partial<MarketSegment>): MarketSegment => ({
  symbol,
  previous: 0,
  sequence: 0,
  trades: new Uint8Array(),
  tradeCount: 0,
  quote: null,
  ...parts,
});
const bars = (symbol: string, ...some: Bar[]) => segment(symbol, { bars: barElements("bars", symbol, some) });

describe("MD-90: bars", () => {
  it.each(["json", "msgpack"] as const)(
    "come once each, in the shape of REST, to who asked for them (%s)",
    async (codec) => {
      const symbol = codec === "json" ? "KO" : "WMT";
      const relay = freshRelay();
      const book = fakeObject(env.ORDER_BOOK, symbol);
      const one = await subscribed(relay, { bars: [symbol] }, codec);
      const other = await subscribed(relay, { trades: [symbol], dailyBars: ["*"], updatedBars: [symbol] }, codec);
      expect((await book.depthSubscriptions()).at(-1)).toEqual(["bars"]);
      await relay.pushMarket(bars(symbol, bar(0)));
      await relay.pushMarket(bars(symbol, bar(0), bar(1)));
      await relay.pushMarket(bars(symbol, bar(1)));
      const updatedBars = barElements("updatedBars", symbol, [bar(0, 2)]);
      const dailyBars = barElements("dailyBars", symbol, [bar(0, 3)]);
      await relay.pushMarket(segment(symbol, { updatedBars, dailyBars }));
      await vi.waitFor(() => expect(other.frames.flat()).toHaveLength(2), WAIT_OPTIONS);
      await vi.waitFor(() => expect(one.frames.flat()).toHaveLength(2), WAIT_OPTIONS);
      const element = (T: string, of: Bar) => {
        const { t, ...values } = barToWire(symbol, of);
        return { T, S: symbol, ...values, t: codec === "json" ? t : new Date(t) };
      };
      expect(one.frames.flat()).toEqual([element("b", bar(0)), element("b", bar(1))]);
      expect(other.frames.flat()).toEqual([element("u", bar(0, 2)), element("d", bar(0, 3))]);
      // A later subscriber gets the next one.
      const late = await subscribed(relay, { bars: [symbol] }, codec);
      await relay.pushMarket(bars(symbol, bar(2)));
      await vi.waitFor(() => expect(late.frames.flat()).toEqual([element("b", bar(2))]), WAIT_OPTIONS);
    },
  );

  it("are no longer asked for without subscribers", async () => {
    const relay = freshRelay();
    const book = fakeObject(env.ORDER_BOOK, "DIS");
    const subscriber = await subscribed(relay, { bars: ["DIS"], trades: ["DIS"] });
    subscriber.say({ action: "unsubscribe", bars: ["DIS"] });
    await subscriber.sees([expect.objectContaining({ T: "subscription", bars: [] })]);
    // The book is kept for some seconds after their last subscriber.
    await vi.waitFor(async () => {
      await relay.pushMarket(bars("DIS", bar(0)));
      expect((await book.depthSubscriptions()).at(-1)).toEqual([]);
    }, WAIT_OPTIONS);
    await push(relay, "DIS");
    await vi.waitFor(
      () => expect(subscriber.frames.flat()).toMatchObject([{ T: "subscription" }, { T: "t" }]),
      WAIT_OPTIONS,
    );
  });
});

describe("MD-91: order books", () => {
  const level = (price: number, qty: number) => ({ price, qty });
  const depth = (symbol: string, sequence: number, previous: number | null, bids: { price: number; qty: number }[]) => {
    const sides = { bids, asks: [] };
    return { bytes: encodeLevels({ symbol, at: BEGIN, sequence, previous }, sides, sides), count: 1 };
  };

  it("begin with a snapshot, from the relay for later subscribers, and are asked for as depth", async () => {
    const symbol = "BTC/USD";
    const relay = freshRelay();
    const book = fakeObject(env.ORDER_BOOK, symbol);
    await book.setSnapshots({ depth: depth(symbol, 0, null, [level(1_000_000, 100_000_000)]) });
    const first = await subscribed(relay, { orderbooks: [symbol] });
    await vi.waitFor(() => expect(first.frames.flat()).toHaveLength(1), WAIT_OPTIONS);
    expect(first.frames.flat()).toMatchObject([{ T: "o", S: symbol, r: true, b: [{ p: 100, s: 1 }], a: [] }]);
    expect((await book.depthSubscriptions()).at(-1)).toEqual(["depth"]);
    const change = depth(symbol, 1, 0, [level(1_000_000, 0), level(990_000, 200_000_000)]);
    await relay.pushMarket({ ...segment(symbol, { depth: change }), previous: 0, sequence: 1 });
    await vi.waitFor(() => expect(first.frames.flat()).toHaveLength(2), WAIT_OPTIONS);
    expect(first.frames.flat()[1]).toMatchObject({
      T: "o",
      b: [
        { p: 100, s: 0 },
        { p: 99, s: 2 },
      ],
    });
    expect(first.frames.flat()[1]).not.toHaveProperty("r");
    const second = await subscribed(relay, { orderbooks: [symbol], depth: [symbol] }, "msgpack");
    await vi.waitFor(() => expect(second.frames.flat()).toHaveLength(2), WAIT_OPTIONS);
    expect(second.frames.flat()).toMatchObject(
      ["depth", "o"].map((T) => ({ T, r: true, seq: 1, b: [{ p: 99, s: 2 }] })),
    );
    // Depth is asked for as long as one of both has subscribers.
    second.say({ action: "unsubscribe", depth: [symbol] });
    await second.sees([expect.objectContaining({ T: "subscription", depth: [] })]);
    await relay.pushMarket({
      ...segment(symbol, { depth: depth(symbol, 2, 1, [level(990_000, 0)]) }),
      previous: 1,
      sequence: 2,
    });
    await vi.waitFor(() => expect(first.frames.flat().at(-1)).toMatchObject({ T: "o", seq: 2 }), WAIT_OPTIONS);
    expect((await book.depthSubscriptions()).at(-1)).toEqual(["depth"]);
  });
});
