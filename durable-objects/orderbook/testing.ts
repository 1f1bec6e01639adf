/** A book's feed for tests. */
import { expect } from "vitest";
import type { BookCommand } from "../../domain/matching/messages.ts";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import { applyCommand, applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import type { DepthPart, MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { type FeedPorts, MarketFeed, type Publication } from "./feed.ts";

/** The wall clock at time 0 of a test. */
export const CLOCK_BEGINS = Date.UTC(2026, 10, 20, 15);

/** A market with its feed, on a clock that the test advances. */
export function newFeed(symbol = "AAPL") {
  const state = newBook(symbol);
  const published: (Publication & { at: number })[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const audience = { listens: true, relays: 1, depth: new Set<DepthPart>() };
  let now = 0;
  let orders = 0;
  const ports: FeedPorts = {
    listeners: () => (audience.listens ? audience.relays : 0),
    feedPrices: () => null,
    depthWanted: () => audience.depth,
    publish: (publication) => published.push({ at: now, ...publication }),
    now: () => CLOCK_BEGINS + now,
    after: (ms, run) => timers.push({ at: now + ms, run }),
  };
  let feed = new MarketFeed(() => state, ports);
  /** One commit: orders of one account, each `side price qty`. */
  const commit = (...lines: string[]) => {
    const trades: NumberedTrade[] = [];
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
      const out = { report: () => undefined, trade: (trade: NumberedTrade) => trades.push(trade) };
      applyCommand(state, "account/a", order, now, out);
    }
    feed.changed(trades);
    return trades.length;
  };
  /** One commit that cancels orders, which are `o1`, `o2` and so on. */
  const cancel = (...ids: string[]) => {
    const out = { report: () => undefined, trade: () => undefined };
    for (const orderId of ids) applyCommand(state, "account/a", { kind: "cancel", orderId }, now, out);
    feed.changed([]);
  };
  /** One commit of the calendar or an administrator. */
  const tell = (...entries: MarketEntry[]) => {
    const trades: NumberedTrade[] = [];
    const out = { report: () => undefined, trade: (trade: NumberedTrade) => trades.push(trade) };
    for (const entry of entries) applyEntry(state, entry, now, out);
    feed.changed(trades);
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
  /** The object dies, and starts again from its journal. */
  const restart = () => {
    timers.length = 0;
    feed = new MarketFeed(() => state, ports);
    return feed;
  };
  return { state, published, timers, audience, commit, cancel, tell, wait, feed, restart };
}

export interface Element {
  readonly T: string;
  readonly seq: number;
  readonly i?: number;
  readonly bp?: number;
  readonly bs?: number;
  readonly ap?: number;
}

/** A segment as text: ids of its trades, best bid and ask. */
export function segmentText({ trades, tradeCount, quote }: MarketSegment): string {
  const ids = (decodeSegment(trades) as Element[]).map(({ i }) => i);
  expect(ids).toHaveLength(tradeCount);
  const [top] = quote === null ? [] : (decodeSegment(quote) as Element[]);
  return `trades ${ids.join("+")} quote ${top === undefined ? "-" : `${top.bs}@${top.bp}/${top.ap}`}`;
}
