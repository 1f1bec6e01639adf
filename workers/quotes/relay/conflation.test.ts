import { decode } from "@msgpack/msgpack";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { WINDOW_MS } from "./limits.ts";
import { encodeQuote, encodeTrade } from "../../../protocol/mapping/tradesAndQuotes.ts";
import { type Channel, CHANNELS } from "../../../protocol/stream/channels.ts";
import {
  type MarketDataUpdate,
  updateOfSegment,
  ConflationScheduler,
  type FlushTarget,
  ConflationBuffer,
} from "./conflation.ts";

const at = Date.UTC(2026, 10, 20, 15);
const all = (): boolean => true;
const only = (wanted: Channel) => (channel: Channel) => channel === wanted;

function trade(symbol: string, tradeId: number): Uint8Array {
  return encodeTrade({ symbol, tradeId, price: 1_000_000, qty: 1_000_000, at, sequence: tradeId });
}

/** Trades numbered as their ids; the quote is at the last of them. */
function change(symbol: string, tradeIds: number[], bid: number | null): MarketDataUpdate {
  const sequence = tradeIds.at(-1) ?? 1;
  const trades = new Uint8Array(tradeIds.flatMap((id) => [...trade(symbol, id)]));
  const bestBid = bid === null ? null : { price: bid, qty: 1_000_000 };
  const quote = bid === null ? null : encodeQuote({ symbol, bid: bestBid, ask: null, at, sequence });
  return updateOfSegment({
    symbol,
    sequence,
    previous: (tradeIds[0] ?? 1) - 1,
    trades,
    tradeCount: tradeIds.length,
    quote,
  });
}

describe("unsent data of a subscriber", () => {
  it("MD-2: merges every trade and the newest quote of each symbol into one frame", () => {
    const pending = new ConflationBuffer();
    pending.add(change("AAPL", [1, 2], 1_000_000), all);
    pending.add(change("MSFT", [], 4_000_000), all);
    pending.add(change("AAPL", [3], 1_010_000), all);
    expect(decode(pending.take("msgpack") as Uint8Array)).toMatchObject([
      { T: "t", S: "AAPL", i: 1 },
      { T: "t", S: "AAPL", i: 2 },
      { T: "q", S: "MSFT", bp: 400 },
      { T: "t", S: "AAPL", i: 3 },
      { T: "q", S: "AAPL", bp: 101 },
    ]);
    expect(pending.take("msgpack")).toBeNull();
  });

  it("MD-3: takes only what the subscriber subscribed to", () => {
    const pending = new ConflationBuffer();
    expect(pending.add(change("AAPL", [1], null), only("quotes"))).toBe(false);
    expect(pending.add(change("AAPL", [1], 1_000_000), only("quotes"))).toBe(true);
    expect(JSON.parse(String(pending.take("json")))).toMatchObject([
      { T: "q", S: "AAPL", t: "2026-11-20T15:00:00.000Z" },
    ]);
  });

  it("counts the unsent bytes without those of a replaced quote", () => {
    const pending = new ConflationBuffer();
    pending.add(change("AAPL", [], 1_000_000), all);
    const { bytes } = pending;
    pending.add(change("AAPL", [], 1_020_000), all);
    expect(pending.bytes).toBe(bytes);
    pending.add(change("AAPL", [9], null), all);
    expect(pending.bytes).toBe(bytes + trade("AAPL", 9).length);
  });

  it("JSON is encoded once for all JSON subscribers, and never without one", () => {
    const shared = change("AAPL", [1], null);
    const [trades] = shared.parts;
    expect(trades?.elements.json).toBe(trades?.elements.json);
    const spy = vi.spyOn(JSON, "stringify");
    const [json, again, packed] = [new ConflationBuffer(), new ConflationBuffer(), new ConflationBuffer()];
    const other = change("AAPL", [2], null);
    packed.add(other, all);
    packed.take("msgpack");
    expect(spy).not.toHaveBeenCalled();
    for (const pending of [json, again]) {
      pending.add(other, all);
      pending.take("json");
    }
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();
  });
});

describe("windows", () => {
  let now: number;
  let timers: { at: number; run: () => void }[];
  let conflation: ConflationScheduler;

  beforeEach(() => {
    now = 5_003;
    timers = [];
    conflation = new ConflationScheduler({ now: () => now, after: (ms, run) => timers.push({ at: now + ms, run }) });
  });

  function advance(to: number): void {
    for (;;) {
      const next = timers.filter((timer) => timer.at <= to).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.run();
    }
    now = to;
  }

  function subscriber(readsFrom = 0): FlushTarget & { flushed: number[] } {
    const flushed: number[] = [];
    return {
      flushed,
      flush() {
        if (now < readsFrom) return false;
        flushed.push(now);
        return true;
      },
    };
  }

  it("MD-1: the first update is sent at once, the rest of the window in one frame", () => {
    const one = subscriber();
    conflation.changed(one);
    expect(one.flushed).toEqual([5_003]);
    for (const later of [5_010, 5_050, 5_077]) {
      advance(later);
      conflation.changed(one);
    }
    advance(5_300);
    expect(one.flushed).toEqual([5_003, 5_080]);
  });

  it("MD-1: no timer runs while no data waits", () => {
    const one = subscriber();
    conflation.changed(one);
    expect(timers).toEqual([]);
    advance(5_050);
    conflation.changed(one);
    expect(timers).toHaveLength(1);
    advance(5_120);
    expect(timers).toEqual([]);
  });

  it("MD-3: at most one frame per window and subscriber, under changes every millisecond", () => {
    const one = subscriber();
    for (let ms = 0; ms < 2_000; ms++) {
      advance(5_003 + ms);
      conflation.changed(one);
    }
    const gaps = one.flushed.slice(1).map((at, i) => at - (one.flushed[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(one.flushed.length).toBeGreaterThan(24);
  });

  it("subscribers share timers: a thousand within a window need a few", () => {
    for (let i = 0; i < 1_000; i++) {
      const one = subscriber();
      advance(5_003 + Math.floor((i * WINDOW_MS) / 1_000));
      conflation.changed(one);
      conflation.changed(one);
    }
    expect(timers.length).toBeLessThanOrEqual(17);
  });

  it("a subscriber that does not read is flushed again each window until it does", () => {
    const slow = subscriber(5_350);
    conflation.changed(slow);
    advance(6_000);
    expect(slow.flushed).toEqual([5_380]);
    expect(timers).toEqual([]);
  });
});

describe("MD-41: a segment", () => {
  const quote = encodeQuote({ symbol: "AAPL", bid: null, ask: null, at, sequence: 2 });
  const earlier = { symbol: "AAPL", previous: 0, sequence: 2, trades: trade("AAPL", 1), tradeCount: 1, quote };

  it("of an earlier release that lacks channels becomes an update without them", () => {
    expect(updateOfSegment(earlier).parts.map(({ channel }) => channel)).toEqual(["trades", "quotes"]);
    const nothing = { ...earlier, trades: new Uint8Array(), tradeCount: 0, quote: null, status: null };
    expect(updateOfSegment(nothing).parts).toEqual([]);
  });

  it("of a later release with an unknown channel becomes an update without it", () => {
    const later = { ...earlier, odd: Uint8Array.of(0x80), oddCount: 1 };
    expect(updateOfSegment(later).parts.map(({ channel }) => channel)).toEqual(["trades", "quotes"]);
  });

  it("keeps its field names, because books and relays of two releases exchange it", () => {
    const parts = Object.entries(CHANNELS).map(([name, { part }]) => [name, part]);
    expect(Object.fromEntries(parts)).toMatchObject({
      trades: "trades",
      quotes: "quote",
      statuses: "status",
      lulds: "bands",
      imbalances: "imbalance",
    });
    expect(CHANNELS.trades.count).toBe("tradeCount");
  });
});
