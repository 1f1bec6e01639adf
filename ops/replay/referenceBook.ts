/**
 * A simple, slow order book with which a replay is compared: two arrays in priority order. It shares no code with the
 * exchange's matching.
 */
import type { FeedEvent } from "./feed.ts";

export interface ReferenceOrder {
  readonly id: string;
  readonly price: number;
  volume: number;
}

export interface ReferenceBook {
  /** In price-time priority. */
  readonly bids: ReferenceOrder[];
  readonly asks: ReferenceOrder[];
  trades: number;
  /** In 1e-8. */
  volumeTraded: number;
}

export function emptyBook(): ReferenceBook {
  return { bids: [], asks: [], trades: 0, volumeTraded: 0 };
}

/**
 * Applies one event: a created order trades, then rests; a deleted one is removed if it rests; `changed` is ignored.
 */
export function play(book: ReferenceBook, event: FeedEvent): void {
  if (event.action === "deleted") remove(book, event.id);
  if (event.action !== "created") return;
  const buying = event.side === "buy";
  const own = buying ? book.bids : book.asks;
  const others = buying ? book.asks : book.bids;
  let left = event.volume;
  while (left > 0) {
    const best = others[0];
    if (best === undefined) break;
    const trades = buying ? best.price <= event.price : best.price >= event.price;
    if (!trades) break;
    const volume = Math.min(left, best.volume);
    left -= volume;
    best.volume -= volume;
    book.trades += 1;
    book.volumeTraded += volume;
    if (best.volume === 0) others.shift();
  }
  if (left === 0) return;
  let place = own.length;
  for (let i = 0; i < own.length; i++) {
    const other = own[i]?.price ?? 0;
    if (buying ? other < event.price : other > event.price) {
      place = i;
      break;
    }
  }
  own.splice(place, 0, { id: event.id, price: event.price, volume: left });
}

function remove(book: ReferenceBook, id: string): void {
  for (const side of [book.bids, book.asks]) {
    const place = side.findIndex((order) => order.id === id);
    if (place !== -1) side.splice(place, 1);
  }
}
