/** Calls of many books: one a book, a bounded number at once. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import { orderBookObject } from "../../../durable-objects/actor/namespaces.ts";
import { instrumentsHaving } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import { ApiFault, ask } from "../../../protocol/http/apiFault.ts";
import type { OrderBookRpc } from "../../../protocol/rpc/orderBook.ts";
import type { Bindings } from "../context.ts";

/** Books asked at once: enough to hide the time of a call, few enough that their answers fit into memory. */
const BOOKS_AT_ONCE = 64;

/** What the gateway reads of a book. */
export type ReadBook = Pick<OrderBookRpc, "top" | "closes" | "prices" | "topWithCloses">;

/** What the call gives for each symbol. Ends the request when a symbol is not listed, or its book does not answer. */
export async function ofEachBook<T>(
  env: Bindings,
  symbols: readonly string[],
  call: (book: ReadBook, instrument: Instrument) => Promise<T>,
): Promise<Map<string, T>> {
  const wanted = [...new Set(symbols)];
  const instruments = await instrumentsHaving(env, "gateway", wanted);
  const found = new Map<string, T>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let symbol = wanted[next++]; symbol !== undefined; symbol = wanted[next++]) {
      const instrument = instruments.find(symbol);
      // Listed since the registry was reached last.
      if (instrument === undefined) throw new ApiFault({ reason: "unavailable" });
      const book = orderBookObject(env, symbol);
      found.set(symbol, await ask(() => call(book, instrument)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(BOOKS_AT_ONCE, wanted.length) }, worker));
  return found;
}
