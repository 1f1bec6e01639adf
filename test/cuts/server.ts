/** Books and tapes of the server, read by REST, and what differs from them in the copies of clients. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { exchangeApi } from "../../dev/api.ts";
import type { Key } from "../../dev/credentials.ts";
import { httpClient } from "../../dev/http.ts";
import { bookDigest, type MarketCopy, tradeDigest } from "./marketCopy.ts";

/** Levels of a side that a book is asked for: more than it has. */
const LEVELS = 500;
const PAGE = 10_000;
/** Until what was traded last is with every client and on the tape. */
const SETTLE_MS = 30_000;
const POLL_MS = 250;

const Page = z.object({
  trades: z.record(z.string(), z.array(z.object({ i: z.number(), p: z.number(), s: z.number(), t: z.string() }))),
  next_page_token: z.string().nullable(),
});

interface ServerBook {
  readonly sequence: number;
  readonly bids: readonly { readonly p: number; readonly s: number; readonly id?: number }[];
  readonly asks: ServerBook["bids"];
}

/** A book in the shape of a client's copy. */
export async function serverBook(
  api: ReturnType<typeof exchangeApi>,
  key: Key,
  symbol: string,
  channel: "depth" | "orders",
): Promise<ServerBook> {
  if (channel === "depth") {
    const { sequence, bids, asks } = await api.depth(key, symbol, LEVELS);
    const rows = (side: typeof bids) => side.map(([p, s]) => ({ p: Number(p), s: Number(s) }));
    return { sequence, bids: rows(bids), asks: rows(asks) };
  }
  const { sequence, bids, asks } = await api.restingOrders(key, symbol);
  const rows = (side: typeof bids) => side.map(([id, p, s]) => ({ p: Number(p), s: Number(s), id: Number(id) }));
  return { sequence, bids: rows(bids), asks: rows(asks) };
}

/** Digests of all trades on the tape of a symbol, oldest first. */
async function tapeDigests(url: string, key: Key, symbol: string): Promise<number[]> {
  const http = httpClient(url, 1, 30_000);
  const headers = { "apca-api-key-id": key.keyId, "apca-api-secret-key": key.secret };
  const digests: number[] = [];
  try {
    for (let token: string | null = ""; token !== null;) {
      const from = token === "" ? "" : `&page_token=${encodeURIComponent(token)}`;
      const path = `/v2/stocks/trades?symbols=${symbol}&start=2020-01-01&limit=${PAGE}${from}`;
      const { status, body } = await http.request("GET", path, headers);
      if (status !== 200) throw new Error(`no tape: ${status} ${JSON.stringify(body)}`);
      const page = Page.parse(body);
      digests.push(...(page.trades[symbol] ?? []).map(tradeDigest));
      token = page.next_page_token;
    }
  } finally {
    http.close();
  }
  return digests;
}

/** Waits until each copy equals the server's books and tapes; returns what differs in the end, by copy and symbol. */
export async function differencesFromServer(url: string, key: Key, copies: readonly MarketCopy[]): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const differences = await compare(url, key, copies);
    if (differences.length === 0 || Date.now() > deadline) return differences;
    await sleep(POLL_MS);
  }
}

async function compare(url: string, key: Key, copies: readonly MarketCopy[]): Promise<string[]> {
  const api = exchangeApi(url, 4);
  const symbols = [...new Set(copies.flatMap(({ symbols: own }) => [...own.keys()]))];
  try {
    const differences = await Promise.all(
      symbols.map(async (symbol) => {
        const [depth, orders, tape] = await Promise.all([
          serverBook(api, key, symbol, "depth"),
          serverBook(api, key, symbol, "orders"),
          tapeDigests(url, key, symbol),
        ]);
        return copies.flatMap((copy, nth) => {
          const own = copy.symbols.get(symbol);
          if (own === undefined) return [];
          const differs = (["depth", "orders"] as const).filter((channel) => {
            const book = channel === "depth" ? depth : orders;
            return bookDigest(own[channel].rows("b"), own[channel].rows("a")) !== bookDigest(book.bids, book.asks);
          });
          const at = own.trades.findIndex((digest, index) => digest !== tape[index]);
          const isSame = at === -1 && own.trades.length === tape.length;
          return [
            ...differs.map((channel) => `client ${nth}: ${channel} of ${symbol} is not the server's`),
            ...(isSame
              ? []
              : [
                  `client ${nth}: ${own.trades.length} trades of ${symbol}, ${tape.length} on the tape, first other ${at}`,
                ]),
          ];
        });
      }),
    );
    return differences.flat();
  } finally {
    api.close();
  }
}
