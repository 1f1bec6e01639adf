/**
 * Other order books on npm, driven with the same streams. Each gets its fastest input: prepared strings as ids, no
 * copies, no parsing. Its trades are compared with those of the stream before it is timed.
 */
import { createRequire } from "node:module";
import { differences } from "./run/outcome.ts";
import { expectedAfter } from "./run/naiveBook.ts";
import { feed, idsOf } from "./run/peerFeed.ts";
import type { PeerBook } from "./run/peerFeed.ts";
import { HASH_START, hashTrade } from "./run/stream.ts";
import type { Stream } from "./run/stream.ts";

export type PeerName = "nodejs-order-book" | "hft-limit-order-book" | "limit-order-book";
export const PEERS: readonly PeerName[] = ["nodejs-order-book", "hft-limit-order-book", "limit-order-book"];

/** Counts trades. */
type Sink = (makerId: string, takerId: string, price: number, qty: number) => void;

export interface PeerSpeed {
  /** Timed messages of one repetition, and messages a second of each. */
  readonly timed: number;
  readonly perSecond: readonly number[];
  /** Messages per second of CPU. */
  readonly perCpuSecond: readonly number[];
}

/**
 * Times a book over the first `limit` timed messages of a stream; the first repetition checks its trades and warms it
 * up. Throws when the trades differ from those of the stream.
 */
export function measurePeer(name: PeerName, stream: Stream, limit: number, repetitions: number): PeerSpeed {
  const end = Math.min(stream.count, stream.setUp + limit);
  const ids = idsOf(stream);
  const expected = end === stream.count ? stream.expected : expectedAfter(stream.messages, end);
  const found = { trades: 0, tradeHash: HASH_START | 0, tradedQty: 0, notional: 0 };
  const checked = bookOf(name, (maker, taker, price, qty) => {
    found.trades++;
    found.tradeHash = hashTrade(found.tradeHash, Number(maker), Number(taker), price, qty);
    found.tradedQty += qty;
    found.notional += price * qty;
  });
  feed(checked, stream.messages, ids, 0, end);
  const wrong = expected === null ? [] : differences(expected, found);
  if (wrong.length > 0) throw new Error(`${name} does not trade as ${stream.name} expects: ${wrong.join(", ")}`);
  const perSecond: number[] = [];
  const perCpuSecond: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    let trades = 0;
    const book = bookOf(name, () => void trades++);
    feed(book, stream.messages, ids, 0, stream.setUp);
    globalThis.gc?.();
    const cpuBefore = process.threadCpuUsage();
    const started = performance.now();
    feed(book, stream.messages, ids, stream.setUp, end);
    perSecond.push((1000 * (end - stream.setUp)) / (performance.now() - started));
    const cpu = process.threadCpuUsage(cpuBefore);
    perCpuSecond.push((1e6 * (end - stream.setUp)) / (cpu.user + cpu.system));
    if (trades !== found.trades) throw new Error(`${name} made ${trades} trades, and ${found.trades} before`);
  }
  return { timed: end - stream.setUp, perSecond, perCpuSecond };
}

function bookOf(name: PeerName, sink: Sink): PeerBook {
  // The packages have no types, or in a folder that compilers do not search.
  const library: unknown = createRequire(import.meta.url)(name);
  if (name === "limit-order-book") return decimalBook(library as DecimalLibrary, sink);
  return treeBook(library as TreeLibrary, sink);
}

/** The used part of nodejs-order-book, formerly hft-limit-order-book. */
interface TreeLibrary {
  readonly OrderBook: new () => {
    limit(order: { id: string; side: string; size: number; price: number; timeInForce: string }): TreeResult;
    cancel(id: string): unknown;
    modify(id: string, terms: { size: number; price: number }): TreeResult;
  };
}

interface TreeOrder {
  readonly id: string;
  readonly price: number;
  readonly size: number;
}

interface TreeResult {
  /** Filled orders; the incoming one is last. */
  readonly done: readonly TreeOrder[];
  /** The partially filled order: a resting one, or the incoming one. */
  readonly partial: TreeOrder | null;
  readonly partialQuantityProcessed: number;
  readonly err: Error | null;
}

function treeBook({ OrderBook }: TreeLibrary, sink: Sink): PeerBook {
  const book = new OrderBook();
  const settle = (id: string, { done, partial, partialQuantityProcessed, err }: TreeResult) => {
    if (err !== null) throw err;
    for (const order of done) {
      if (order.id !== id) sink(order.id, id, order.price, order.size);
    }
    if (partial !== null && partial.id !== id) sink(partial.id, id, partial.price, partialQuantityProcessed);
  };
  return {
    add: (id, sells, price, qty, ioc) => {
      const side = sells ? "sell" : "buy";
      settle(id, book.limit({ id, side, size: qty, price, timeInForce: ioc ? "IOC" : "GTC" }));
    },
    cancel: (id) => void book.cancel(id),
    modify: (id, _sells, price, qty) => settle(id, book.modify(id, { size: qty, price })),
  };
}

/** The used part of limit-order-book, whose numbers are decimal strings. */
interface DecimalLibrary {
  readonly LimitOrderBook: new () => {
    add(order: unknown): { makers: readonly { orderId: string; price: string; filled: string }[] };
    remove(id: string): unknown;
  };
  readonly LimitOrder: new (id: string, side: "ask" | "bid", price: string, size: string) => unknown;
}

function decimalBook({ LimitOrderBook, LimitOrder }: DecimalLibrary, sink: Sink): PeerBook {
  const book = new LimitOrderBook();
  const add = (id: string, sells: boolean, price: number, qty: number) => {
    const order = new LimitOrder(id, sells ? "ask" : "bid", String(price), String(qty));
    for (const maker of book.add(order).makers) sink(maker.orderId, id, Number(maker.price), Number(maker.filled));
  };
  return {
    add: (id, sells, price, qty, ioc) => {
      add(id, sells, price, qty);
      if (ioc) book.remove(id);
    },
    cancel: (id) => void book.remove(id),
    modify: (id, sells, price, qty) => {
      book.remove(id);
      add(id, sells, price, qty);
    },
  };
}
