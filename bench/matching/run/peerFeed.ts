/** Messages of a stream to an order book with strings for ids. */
import { CANCEL, IOC, MESSAGE_ID, MESSAGE_PRICE, MESSAGE_QTY, MESSAGE_WORDS, NEW, SELLS } from "./stream.ts";
import type { Stream } from "./stream.ts";

export interface PeerBook {
  add(id: string, sells: boolean, price: number, qty: number, ioc: boolean): void;
  cancel(id: string): void;
  modify(id: string, sells: boolean, price: number, qty: number): void;
}

/** The id of each message as the string that a peer gets. */
export function idsOf({ messages, count }: Stream): string[] {
  return Array.from({ length: count }, (_, nth) => String(messages[nth * MESSAGE_WORDS + MESSAGE_ID] >>> 0));
}

/** Applies messages `from` to `to` (not included). */
export function feed(book: PeerBook, messages: Int32Array, ids: readonly string[], from: number, to: number): void {
  for (let nth = from; nth < to; nth++) {
    const at = nth * MESSAGE_WORDS;
    const id = ids[nth];
    const sells = (messages[at] & SELLS) !== 0;
    const price = messages[at + MESSAGE_PRICE];
    const qty = messages[at + MESSAGE_QTY] >>> 0;
    const type = messages[at] & 0xff;
    if (type === NEW) book.add(id, sells, price, qty, (messages[at] & IOC) !== 0);
    else if (type === CANCEL) book.cancel(id);
    else book.modify(id, sells, price, qty);
  }
}
